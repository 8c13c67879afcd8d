-- Source files in S3 are told apart by their ETag.
ALTER TABLE nightscore.shard ADD COLUMN file_etag text;
COMMENT ON COLUMN nightscore.shard.file_etag IS 'ETag of a source file in S3; null for files of a file system, and for staged ones';
COMMENT ON COLUMN nightscore.shard.file IS 'Source file: absolute path, or s3://bucket/key';
