"""Writes test/golden/models/quality-rules: a logistic regression by hand, whose features have every rule for bad values.

score = sigmoid(0.5 a - 0.25 b + 0.1 c + 0.2 d), computed in float32 by numpy for the golden rows.
"""
from pathlib import Path

import numpy as np
import onnx
import pandas as pd
from onnx import TensorProto, helper, numpy_helper

folder = Path(__file__).parent.parent / "golden" / "models" / "quality-rules"
folder.mkdir(parents=True, exist_ok=True)
weights = np.array([[0.5], [-0.25], [0.1], [0.2]], dtype=np.float32)

graph = helper.make_graph(
    [helper.make_node("MatMul", ["x", "w"], ["z"]), helper.make_node("Sigmoid", ["z"], ["probability"])],
    "quality-rules",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 4])],
    [helper.make_tensor_value_info("probability", TensorProto.FLOAT, [None, 1])],
    [numpy_helper.from_array(weights, "w")],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
onnx.checker.check_model(model)
onnx.save(model, folder / "model.onnx")

(folder / "model.yaml").write_text(
    """# yaml-language-server: $schema=../../../../schemas/model.schema.json
# Written by test/oracles/quality_rules.py.
name: quality-rules
task: binary
input: { tensor: x }
features:
  - { name: a, type: number }
  - { name: b, type: number, min: 0, max: 10, outOfRange: quarantine }
  - { name: c, type: category, categories: [x, y, z] }
  - { name: d, type: number, min: 0, max: 10, missing: 1 }
output: { tensor: probability, positive: 0, threshold: 0.5 }
"""
)
rows = pd.DataFrame({"a": [1.0, -2.0, 3.5], "b": [0.0, 10.0, 4.0], "c": ["x", "y", "z"], "d": [0.5, None, 2.0]})
packed = np.column_stack([rows.a, rows.b, rows.c.map({"x": 0, "y": 1, "z": 2}), rows.d.fillna(1)]).astype(np.float32)
rows["score"] = (1 / (1 + np.exp(-(packed @ weights)[:, 0]))).astype(np.float32)
rows.to_parquet(folder / "golden.parquet", index=False)
