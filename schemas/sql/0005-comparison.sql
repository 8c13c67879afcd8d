-- Two models over the same rows: by a shadow of a run, or by compareModels over a range of batches. Every difference is challenger - champion.
CREATE TABLE nightscore.comparison (
  comparison_id           uuid PRIMARY KEY,
  kind                    text NOT NULL CHECK (kind IN ('shadow', 'compare')),
  job                     text NOT NULL,
  task                    text NOT NULL,
  champion_model          text NOT NULL,
  champion_version        integer NOT NULL,
  challenger_model        text NOT NULL,
  challenger_version      integer NOT NULL,
  from_batch              text COLLATE "C" NOT NULL,
  to_batch                text COLLATE "C" NOT NULL,
  run_id                  uuid UNIQUE REFERENCES nightscore.run (run_id) ON DELETE CASCADE,
  batches                 integer NOT NULL,
  rows_both               bigint NOT NULL,
  rows_labelled           bigint NOT NULL,
  numeric_verdict         text NOT NULL CHECK (numeric_verdict IN ('ok', 'fail', 'skipped')),
  numeric_reason          text NOT NULL,
  non_inferiority         text NOT NULL CHECK (non_inferiority IN ('ok', 'fail', 'skipped')),
  non_inferiority_reason  text NOT NULL,
  rtol                    double precision NOT NULL,
  atol                    double precision NOT NULL,
  margin                  double precision NOT NULL,
  made_at                 timestamptz NOT NULL DEFAULT now(),
  spec_version            integer NOT NULL,
  CHECK ((kind = 'shadow') = (run_id IS NOT NULL)),
  FOREIGN KEY (champion_model, champion_version) REFERENCES nightscore.model_version (model, version),
  FOREIGN KEY (challenger_model, challenger_version) REFERENCES nightscore.model_version (model, version)
);
CREATE INDEX comparison_of_models ON nightscore.comparison
  (challenger_model, challenger_version, champion_version, made_at DESC);
COMMENT ON TABLE nightscore.comparison IS 'Two models compared over the same rows, with both verdicts; docs/metrics.md tells how';
COMMENT ON COLUMN nightscore.comparison.comparison_id IS 'Its id; of a shadow the run''s';
COMMENT ON COLUMN nightscore.comparison.kind IS 'shadow: the rows of one run; compare: of several batches, by compareModels';
COMMENT ON COLUMN nightscore.comparison.job IS 'The job whose rows were scored';
COMMENT ON COLUMN nightscore.comparison.task IS 'binary, multiclass, regression or raw';
COMMENT ON COLUMN nightscore.comparison.champion_model IS 'The model that the other is compared with';
COMMENT ON COLUMN nightscore.comparison.champion_version IS 'That model''s version';
COMMENT ON COLUMN nightscore.comparison.challenger_model IS 'The other model';
COMMENT ON COLUMN nightscore.comparison.challenger_version IS 'Its version';
COMMENT ON COLUMN nightscore.comparison.from_batch IS 'The first batch';
COMMENT ON COLUMN nightscore.comparison.to_batch IS 'The last batch, included';
COMMENT ON COLUMN nightscore.comparison.run_id IS 'The run of a shadow; null: several batches';
COMMENT ON COLUMN nightscore.comparison.batches IS 'How many batches';
COMMENT ON COLUMN nightscore.comparison.rows_both IS 'Rows that both models scored';
COMMENT ON COLUMN nightscore.comparison.rows_labelled IS 'Rows of those that had a label';
COMMENT ON COLUMN nightscore.comparison.numeric_verdict IS 'ok: all within atol + rtol |champion|, no label flips, the same rows scored; fail; skipped: no rows';
COMMENT ON COLUMN nightscore.comparison.numeric_reason IS 'Why, in words';
COMMENT ON COLUMN nightscore.comparison.non_inferiority IS 'ok: the lower bound of the main figure''s interval is not below -margin; fail; skipped: too few labels';
COMMENT ON COLUMN nightscore.comparison.non_inferiority_reason IS 'Why, in words';
COMMENT ON COLUMN nightscore.comparison.rtol IS 'Relative tolerance: promotion.rtol of the job';
COMMENT ON COLUMN nightscore.comparison.atol IS 'Absolute tolerance: promotion.atol of the job';
COMMENT ON COLUMN nightscore.comparison.margin IS 'How much worse the main figure may be: promotion.margin of the job';
COMMENT ON COLUMN nightscore.comparison.made_at IS 'When it was last made: with labels anew';
COMMENT ON COLUMN nightscore.comparison.spec_version IS 'Version of the definitions in docs/metrics.md';

CREATE TABLE nightscore.comparison_figure (
  comparison_id     uuid NOT NULL REFERENCES nightscore.comparison (comparison_id) ON DELETE CASCADE,
  position          integer NOT NULL,
  metric            text NOT NULL,
  direction         text,
  segment           text,
  champion_value    double precision,
  challenger_value  double precision,
  value             double precision,
  statistic         double precision,
  p_value           double precision,
  ci_lo             double precision,
  ci_hi             double precision,
  n                 bigint NOT NULL,
  verdict           text NOT NULL CHECK (verdict IN ('ok', 'fail', 'skipped', 'none')),
  reason            text,
  PRIMARY KEY (comparison_id, position)
);
COMMENT ON TABLE nightscore.comparison_figure IS 'The numbers of a comparison; model_comparison shows them with its models and batches';
COMMENT ON COLUMN nightscore.comparison_figure.comparison_id IS 'The comparison';
COMMENT ON COLUMN nightscore.comparison_figure.position IS 'Their order, from 1';
COMMENT ON COLUMN nightscore.comparison_figure.metric IS 'Such as max_abs_difference or roc_auc_difference';
COMMENT ON COLUMN nightscore.comparison_figure.direction IS 'Of flips: from which label to which, as false -> true; null: all';
COMMENT ON COLUMN nightscore.comparison_figure.segment IS 'column=value; null: all rows';
COMMENT ON COLUMN nightscore.comparison_figure.champion_value IS 'The champion''s own, such as its roc_auc; null where there is none';
COMMENT ON COLUMN nightscore.comparison_figure.challenger_value IS 'The challenger''s own';
COMMENT ON COLUMN nightscore.comparison_figure.value IS 'The number: of a difference challenger - champion; null: undefined for these rows';
COMMENT ON COLUMN nightscore.comparison_figure.statistic IS 'The test statistic that p_value belongs to';
COMMENT ON COLUMN nightscore.comparison_figure.p_value IS 'Its p value';
COMMENT ON COLUMN nightscore.comparison_figure.ci_lo IS 'Lower bound of the 95 % interval';
COMMENT ON COLUMN nightscore.comparison_figure.ci_hi IS 'Upper bound';
COMMENT ON COLUMN nightscore.comparison_figure.n IS 'Rows that it rests on';
COMMENT ON COLUMN nightscore.comparison_figure.verdict IS 'ok, fail or skipped where it decides one of the comparison''s verdicts; none: it decides nothing';
COMMENT ON COLUMN nightscore.comparison_figure.reason IS 'Why it is undefined, or what else to know';

CREATE TABLE nightscore.disagreement (
  comparison_id  uuid NOT NULL REFERENCES nightscore.comparison (comparison_id) ON DELETE CASCADE,
  position       integer NOT NULL,
  batch          text COLLATE "C" NOT NULL,
  key            jsonb NOT NULL,
  champion       jsonb NOT NULL,
  challenger     jsonb NOT NULL,
  difference     double precision,
  flipped        boolean NOT NULL,
  segments       jsonb NOT NULL,
  PRIMARY KEY (comparison_id, position)
);
COMMENT ON TABLE nightscore.disagreement IS 'The 50 rows of a comparison that differ most';
COMMENT ON COLUMN nightscore.disagreement.comparison_id IS 'The comparison';
COMMENT ON COLUMN nightscore.disagreement.position IS '1: the one that differs most';
COMMENT ON COLUMN nightscore.disagreement.batch IS 'The row''s batch';
COMMENT ON COLUMN nightscore.disagreement.key IS 'The row''s key, by column';
COMMENT ON COLUMN nightscore.disagreement.champion IS 'What the champion said, by column; of a list the first 16 elements';
COMMENT ON COLUMN nightscore.disagreement.challenger IS 'What the challenger said';
COMMENT ON COLUMN nightscore.disagreement.difference IS 'challenger - champion: of score or prediction; of a list the element that differs most; null: not finite';
COMMENT ON COLUMN nightscore.disagreement.flipped IS 'Whether the two say different labels';
COMMENT ON COLUMN nightscore.disagreement.segments IS 'The row''s segment columns';

CREATE VIEW nightscore.model_comparison AS
  SELECT c.comparison_id, c.kind, c.job, c.champion_model || '@' || c.champion_version AS champion,
         c.challenger_model || '@' || c.challenger_version AS challenger, c.from_batch, c.to_batch, c.run_id, f.position, f.metric,
         f.direction, f.segment, f.champion_value, f.challenger_value, f.value, f.statistic, f.p_value, f.ci_lo, f.ci_hi, f.n, f.verdict,
         f.reason, c.made_at
  FROM nightscore.comparison c JOIN nightscore.comparison_figure f USING (comparison_id);
COMMENT ON VIEW nightscore.model_comparison IS 'Every number of every comparison of two models, with the models and batches that it is of';
DO $$
DECLARE
  found record;
BEGIN
  FOR found IN
    SELECT v.attname AS name, coalesce(col_description('nightscore.comparison_figure'::regclass, f.attnum),
                                       col_description('nightscore.comparison'::regclass, c.attnum)) AS said
    FROM pg_attribute v
    LEFT JOIN pg_attribute f ON f.attrelid = 'nightscore.comparison_figure'::regclass AND f.attname = v.attname AND f.attname <> 'comparison_id'
    LEFT JOIN pg_attribute c ON c.attrelid = 'nightscore.comparison'::regclass AND c.attname = v.attname
    WHERE v.attrelid = 'nightscore.model_comparison'::regclass AND v.attnum > 0
  LOOP
    EXECUTE format('COMMENT ON COLUMN nightscore.model_comparison.%I IS %L', found.name, found.said);
  END LOOP;
END $$;
COMMENT ON COLUMN nightscore.model_comparison.champion IS 'name@version of the model that the other is compared with';
COMMENT ON COLUMN nightscore.model_comparison.challenger IS 'name@version of the other model';

-- roles as for all tables before
GRANT SELECT, INSERT, UPDATE, DELETE ON nightscore.comparison, nightscore.comparison_figure, nightscore.disagreement TO nightscore_worker;
GRANT SELECT ON nightscore.comparison, nightscore.comparison_figure, nightscore.disagreement, nightscore.model_comparison
  TO nightscore_worker, nightscore_reader;
