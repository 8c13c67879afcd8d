const { integration } = Object.fromEntries(
  require('../../jest.config').projects.map((project) => [project.displayName, project]),
)

/** `npm run histories [-- -t PLAY]`: the recorder runs as the integration tests do, on the same servers and workers. */
module.exports = {
  ...integration,
  displayName: 'histories',
  testMatch: ['<rootDir>/test/histories/record.ts'],
}
