"""The peers of `npm run bench` that are Python programs, one measurement a process: a line `measuring`, then one of JSON.

    python peers.py PEER '{"model": FOLDER, "rows": FILE, "url": ..., "table": ..., "source": ..., "out": ...}'

- expert: batches by pyarrow, two intra-op threads of onnxruntime, one binary COPY packed by numpy; reading, scoring and packing
  overlap. `source` is a query to read by COPY instead of the file `rows`; `out` a Parquet file to write instead of `table`. What is
  called `few...` are fewer of the same rows: it does them first in each of its ways, and then all in the fastest.
- everyday: pandas, onnxruntime, to_sql.
- raw: onnxruntime alone on two threads, from memory, the best of several batch sizes: the limit.
- expected: the number of rows, the sum of scores, and some keys with their scores, for the checks.

Python's start and its imports are not measured: our worker runs too when a batch comes. Opening the model and the connection is.
"""

import json
import queue
import resource
import sys
import threading
import time

import numpy as np
import onnxruntime as ort
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq

FEATURES = 16
BATCH_ROWS = 65_536  # of 16,384, 65,536 and 122,880 the fastest by a little, for all three models
COPY_BYTES = 1 << 20
SIGNATURE, TRAILER = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
# a tuple of binary COPY: the number of fields, then each field's length and value
WRITTEN = np.dtype([("fields", ">i2"), ("l0", ">i4"), ("id", ">i8"), ("l1", ">i4"), ("score", ">f4"), ("l2", ">i4"), ("label", "u1")])
READ = np.dtype([("fields", ">i2"), ("l", ">i4"), ("id", ">i8"), ("x", [("l", ">i4"), ("v", ">f4")], FEATURES)])


def session(model, intra=2, spinning=True):
    options = ort.SessionOptions()
    options.intra_op_num_threads = intra
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(spinning)))
    options.log_severity_level = 3
    return ort.InferenceSession(f"{model}/model.onnx", options, providers=["CPUExecutionProvider"])


def scores_of(opened, matrix):
    return opened.run(["probabilities"], {"input": matrix})[0][:, 1]


def parquet_batches(file, rows=BATCH_ROWS):
    """-> keys, float32 [N, 16]"""
    for batch in pq.ParquetFile(file).iter_batches(rows):
        matrix = np.empty((batch.num_rows, FEATURES), np.float32)
        for i in range(FEATURES):
            matrix[:, i] = batch.column(i + 1).to_numpy()
        yield batch.column(0).to_numpy(), matrix


def copied_batches(url, query):
    """-> keys, float32 [N, 16], read by COPY: tuples without nulls are all of one length, so numpy sees columns in them."""
    def decoded(received):
        tuples = np.frombuffer(received, READ)
        assert (tuples["fields"] == FEATURES + 1).all() and (tuples["x"]["l"] == 4).all()
        return tuples["id"].astype(np.int64), tuples["x"]["v"].astype(np.float32)

    with psycopg.connect(url) as connection, connection.cursor().copy(f"COPY ({query}) TO STDOUT (FORMAT binary)") as copy:
        parts, left = [], b""
        for at, part in enumerate(copy):  # a tuple each, the signature before the first, the trailer last
            parts.append(part[len(SIGNATURE) :] if at == 0 else part)
            if len(parts) == BATCH_ROWS:
                received = left + b"".join(parts)
                whole = len(received) // READ.itemsize * READ.itemsize
                yield decoded(received[:whole])
                parts, left = [], received[whole:]
        received = left + b"".join(parts)
        assert received.endswith(TRAILER)
        yield decoded(received[: -len(TRAILER)])


def ahead(items, depth=4):
    """The same items, made by a thread of their own."""
    waiting, end = queue.Queue(depth), object()

    def make():
        try:
            for item in items:
                waiting.put(item)
            waiting.put(end)
        except BaseException as error:  # raised again where it is read
            waiting.put(error)

    threading.Thread(target=make, daemon=True).start()
    while (item := waiting.get()) is not end:
        if isinstance(item, BaseException):
            raise item
        yield item


def scored(model, batches, spinning=True):
    opened = session(model, 2, spinning)
    for keys, matrix in batches:
        yield keys, scores_of(opened, matrix)


def write_postgres(url, table, batches):
    """One transaction; the key is built after the rows: 0.9 s instead of 1.7 s for a million rows of the linear model."""
    with psycopg.connect(url) as connection:
        connection.execute(f"CREATE TABLE {table} (id bigint NOT NULL, score real, label boolean)")
        with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
            copy.write(SIGNATURE)
            for keys, scores in batches:
                tuples = np.empty(len(keys), WRITTEN)
                tuples["fields"], tuples["l0"], tuples["l1"], tuples["l2"] = 3, 8, 4, 1
                tuples["id"], tuples["score"], tuples["label"] = keys, scores, scores >= 0.5
                packed = memoryview(tuples.view(np.uint8))
                for start in range(0, len(packed), COPY_BYTES):
                    copy.write(packed[start : start + COPY_BYTES])
            copy.write(TRAILER)
        connection.execute(f"ALTER TABLE {table} ADD PRIMARY KEY (id)")


def write_parquet(file, batches):
    schema = pa.schema([("id", pa.int64()), ("score", pa.float32()), ("label", pa.bool_())])
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for keys, scores in batches:
            writer.write_batch(pa.record_batch([pa.array(keys), pa.array(scores), pa.array(scores >= 0.5)], schema=schema))


def expert(model, url, rows=None, fewRows=None, source=None, fewSource=None, table=None, out=None):
    def run(spinning, rows, source, table, out):
        read = copied_batches(url, source) if source else parquet_batches(rows)
        made = ahead(scored(model, ahead(read), spinning))
        if out:
            write_parquet(out, made)
        else:
            write_postgres(url, table, made)

    def tried(spinning):
        few = f"{table}_few"
        started = time.perf_counter()
        run(spinning, fewRows, fewSource, few, out)
        seconds = time.perf_counter() - started
        if table:
            with psycopg.connect(url) as connection:
                connection.execute(f"DROP TABLE {few}")
        return seconds

    # a thread that spins between two calls of onnxruntime wakes sooner, and takes the core from packing
    spinning = min([False, True], key=tried)

    def work():
        run(spinning, rows, source, table, out)
        return None, f"onnxruntime's threads {'spin' if spinning else 'sleep'} between calls", None

    return work


def everyday(model, rows, url, table, **_):
    import pandas as pd
    import sqlalchemy

    def work():
        frame = pd.read_parquet(rows)
        opened = ort.InferenceSession(f"{model}/model.onnx")
        score = scores_of(opened, frame.drop(columns="id").to_numpy(np.float32))
        result = pd.DataFrame({"id": frame["id"], "score": score, "label": score >= 0.5})
        engine = sqlalchemy.create_engine(url.replace("postgresql:", "postgresql+psycopg:", 1))
        # of no chunks, 10,000 and 100,000 rows, with and without method="multi": the fastest
        result.to_sql(table, engine, index=False, chunksize=100_000)
        with engine.begin() as connection:
            connection.execute(sqlalchemy.text(f"ALTER TABLE {table} ADD PRIMARY KEY (id)"))

    return work


def from_memory(rows):
    batches = list(parquet_batches(rows))
    return np.concatenate([keys for keys, _ in batches]), np.concatenate([matrix for _, matrix in batches])


def raw(model, rows, **_):
    """Two intra-op threads of one session, and one each of two sessions: whichever is faster, at its best batch size."""
    keys, matrix = from_memory(rows)
    scores = np.empty(len(keys), np.float32)

    def run(sessions, size, least, end):
        def part(opened, start, stop):
            for at in range(start, stop, size):
                scores[at : min(at + size, stop)] = scores_of(opened, matrix[at : min(at + size, stop)])

        share = (end - least) // len(sessions)
        bounds = [least + i * share for i in range(len(sessions))] + [end]
        threads = [threading.Thread(target=part, args=(s, *bounds[i : i + 2])) for i, s in enumerate(sessions)]
        started = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.perf_counter() - started

    ways = {"2 threads in a session": [session(model, 2)], "2 sessions": [session(model, 1), session(model, 1)]}
    some = min(len(matrix), 500_000)
    tried = {(way, size): run(ways[way], size, 0, some) for way in ways for size in (256, 1_024, 4_096, 16_384, 65_536, 262_144)}
    way, size = min(tried, key=tried.get)

    def work():
        seconds = run(ways[way], size, 0, len(matrix))
        return seconds, f"{way}, {size:,} rows a call", summary(keys, scores)

    return work


def summary(keys, scores):
    """What the checks compare: of every 4,001st row the key and the score."""
    sample = [[int(key), float(score)] for key, score in zip(keys[::4_001], scores[::4_001])]
    return {"rows": len(keys), "sum": float(scores.sum(dtype=np.float64)), "sample": sample}


def expected(model, rows, **_):
    parts = list(scored(model, parquet_batches(rows)))
    keys, scores = (np.concatenate(one) for one in zip(*parts))
    print(json.dumps(summary(keys, scores)))


def load(rows, url, table, **_):
    """The same rows as a table with a primary key: the source of runs from Postgres."""
    names = pq.read_schema(rows).names[1:]
    with psycopg.connect(url) as connection:
        columns = ", ".join(f"{name} real NOT NULL" for name in names)
        connection.execute(f"CREATE TABLE {table} (id bigint NOT NULL, {columns})")
        with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
            copy.write(SIGNATURE)
            for keys, matrix in parquet_batches(rows):
                tuples = np.empty(len(keys), READ)
                tuples["fields"], tuples["l"], tuples["x"]["l"] = FEATURES + 1, 8, 4
                tuples["id"], tuples["x"]["v"] = keys, matrix
                copy.write(tuples.tobytes())
            copy.write(TRAILER)
        connection.execute(f"ALTER TABLE {table} ADD PRIMARY KEY (id)")
    print("{}")


def versions(**_):
    from importlib.metadata import version

    packages = ["onnxruntime", "numpy", "pyarrow", "psycopg", "pandas", "sqlalchemy", "lightgbm", "scikit-learn"]
    print(json.dumps({"Python": sys.version.split()[0], **{name: version(name) for name in packages}}))


def measure(peer, options):
    work = {"expert": expert, "everyday": everyday, "raw": raw}[peer](**options)
    print("measuring", flush=True)
    started = time.perf_counter()
    found = work()
    passed = time.perf_counter() - started
    seconds, note, output = found or (None, None, None)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    print(json.dumps({"seconds": seconds or passed, "peakMb": peak, "note": note, "output": output}), flush=True)


if __name__ == "__main__":
    command, options = sys.argv[1], json.loads(sys.argv[2]) if len(sys.argv) > 2 else {}
    others = {"expected": expected, "load": load, "versions": versions}
    others[command](**options) if command in others else measure(command, options)
