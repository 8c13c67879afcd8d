"""Ray Data's side of `npm run bench`: Parquet to Parquet by map_batches, actors that hold an onnxruntime session.

    python ray_peer.py '{"model": FOLDER, "rows": FILE, "fewRows": FILE, "out": FOLDER}'

`fewRows` are fewer of the same rows: they are done first in each of its ways, and then all in the fastest. Prints `measuring`, then a line of JSON. Ray's start is not measured, as little as Python's: a cluster runs when a batch comes.
"""

import json
import logging
import os
import shutil
import sys
import time

os.environ.update(RAY_USAGE_STATS_ENABLED="0", RAY_DATA_DISABLE_PROGRESS_BARS="1")

import numpy as np  # noqa: E402
import onnxruntime as ort  # noqa: E402
import pyarrow as pa  # noqa: E402
import ray  # noqa: E402

FEATURES = 16


class Scorer:
    def __init__(self, model, intra):
        options = ort.SessionOptions()
        options.intra_op_num_threads = intra
        options.log_severity_level = 3
        self.session = ort.InferenceSession(f"{model}/model.onnx", options, providers=["CPUExecutionProvider"])

    def __call__(self, batch):
        matrix = np.empty((batch.num_rows, FEATURES), np.float32)
        for i in range(FEATURES):
            matrix[:, i] = batch.column(i + 1).to_numpy()
        score = self.session.run(["probabilities"], {"input": matrix})[0][:, 1]
        return pa.table({"id": batch.column(0), "score": score, "label": score >= 0.5})


WAYS = {
    "an actor with two threads": {"concurrency": 1, "num_cpus": 0.5},
    "two actors with a thread": {"concurrency": 2, "num_cpus": 0.5},
    "an actor with two threads that reads too": {"concurrency": 1, "num_cpus": 1},
}


def run(way, model, rows, out):
    options = WAYS[way]
    started = time.perf_counter()
    ray.data.read_parquet(rows).map_batches(
        Scorer, fn_constructor_args=(model, 2 // options["concurrency"]), batch_size=65_536, batch_format="pyarrow", **options
    ).write_parquet(out, compression="zstd")
    return time.perf_counter() - started


def main(model, rows, fewRows, out):
    ray.init(num_cpus=2, include_dashboard=False, logging_level=logging.ERROR, log_to_driver=False)
    logging.getLogger("ray.data").setLevel(logging.ERROR)

    def tried(way):
        seconds = run(way, model, fewRows, out)
        shutil.rmtree(out)
        return seconds

    way = min(WAYS, key=tried)
    print("measuring", flush=True)
    seconds = run(way, model, rows, out)
    print(json.dumps({"seconds": seconds, "note": f"Ray {ray.__version__}, {way}"}), flush=True)


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
