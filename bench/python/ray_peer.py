"""Ray Data's side of `npm run bench`: Parquet to Parquet by map_batches, actors that hold an onnxruntime session.

    python ray_peer.py '{"model": FOLDER, "rows": FILE, "out": FOLDER}'

Prints one line of JSON. Ray's start is not measured, as little as Python's: a cluster runs when a batch comes.
"""

import json
import logging
import os
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


def main(model, rows, out, actors=1, actor_cpus=0.5, intra=2, batch_rows=65_536):
    ray.init(num_cpus=2, include_dashboard=False, logging_level=logging.ERROR, log_to_driver=False)
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    started = time.perf_counter()
    ray.data.read_parquet(rows).map_batches(
        Scorer, fn_constructor_args=(model, intra), batch_size=batch_rows, batch_format="pyarrow",
        concurrency=actors, num_cpus=actor_cpus,
    ).write_parquet(out, compression="zstd")  # fmt: skip
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "note": f"Ray {ray.__version__}"}), flush=True)


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
