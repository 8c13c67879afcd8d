"""Write test/oracles/two-models.json: v1 of examples/flights against v2 over all nights of July, and test/golden/flights-v1-opset-17.

    python two_models.py

Scores are Python's ONNX Runtime's, features DuckDB's by the SQL of job.yaml; every figure is scikit-learn's, statsmodels' or numpy's,
but for DeLong's difference, which is written out. The package flights-v1-opset-17 is v1 exported another way: a regression of the
log odds and a sigmoid, in opset 17, where v1 has a classifier in opset 9. Beside the figures the file tells where in v1's model.onnx
one threshold of one tree is, and which rows of a week move most where it is another.
"""

import json
import shutil
import struct
from pathlib import Path

import duckdb
import numpy as np
import onnx
import onnxruntime as ort
import yaml
from onnx import TensorProto, helper, numpy_helper
from scipy import stats
from sklearn import metrics as sk
from statsmodels.stats.contingency_tables import mcnemar

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / 'examples/flights'
PACKAGE = ROOT / 'test/golden/flights-v1-opset-17'
WEEK = ('2013-07-14', '2013-07-20')
z = stats.norm.ppf((1 + 0.95) / 2)


def manifest(version: str) -> dict:
    return yaml.safe_load((EXAMPLE / f'models/{version}/model.yaml').read_text(encoding='utf-8'))


def july():
    """July's flights by job.yaml: keys, segments, labels, and each version's float32 [N, F]."""
    job = yaml.safe_load((EXAMPLE / 'job.yaml').read_text(encoding='utf-8'))
    month = lambda path: EXAMPLE / path.replace('{MM}', '07')
    con = duckdb.connect()
    found = {}
    for version in ('v1', 'v2'):
        names = [feature['name'] for feature in manifest(version)['features']]
        columns = ', '.join(f'({job["features"].get(name, name)}) as "{name}"' for name in names)
        source = f"read_parquet('{month(job['source']['parquet'])}', hive_partitioning = true)"
        found[version] = packed(con.execute(f'select {columns} from {source} order by flight_id').df(), manifest(version))
    rows = con.execute(
        f"""select f.flight_id, f.flight_date::varchar as batch, f.carrier, f.origin, l.late
            from (select * from {source}) f left join read_parquet('{month(job['labels']['parquet'])}') l using (flight_id) order by flight_id"""
    ).df()
    return rows, found


def packed(features, own: dict) -> np.ndarray:
    columns = []
    for feature in own['features']:
        column = features[feature['name']]
        if feature['type'] == 'category':
            places = {name: i for i, name in enumerate(feature['categories'])}
            column = column.map(places).fillna(feature['unknown'])
        columns.append(np.asarray(column, dtype='float32'))
    return np.column_stack(columns)


def score(model: bytes, matrix: np.ndarray) -> np.ndarray:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(model, options)
    return session.run(['probabilities'], {'input': matrix})[0][:, 1]


def paired(a, b):
    d = b - a
    half = z * stats.sem(d)
    return {'champion': a.mean(), 'challenger': b.mean(), 'value': d.mean(), 'ciLo': d.mean() - half, 'ciHi': d.mean() + half}


def delong(a, b, y):
    """V10 and V01 written out, a positive against all negatives."""
    parts = []
    for s in (a, b):
        up, down = np.sort(s[y]), np.sort(s[~y])
        below = lambda sample, values: np.searchsorted(sample, values, 'left') + np.searchsorted(sample, values, 'right')
        parts.append((below(down, s[y]) / 2 / len(down), 1 - below(up, s[~y]) / 2 / len(up)))
    (a10, a01), (b10, b01) = parts
    half = z * np.sqrt((b10 - a10).var(ddof=1) / len(a10) + (b01 - a01).var(ddof=1) / len(a01))
    first, second = sk.roc_auc_score(y, a), sk.roc_auc_score(y, b)
    return {'champion': first, 'challenger': second, 'value': second - first, 'ciLo': second - first - half, 'ciHi': second - first + half}


def psi(a, b):
    edges = np.unique(np.quantile(a, [k / 10 for k in range(1, 10)]))
    p, q = (np.clip(np.bincount(np.searchsorted(edges, s), minlength=len(edges) + 1) / len(s), 1e-4, None) for s in (a, b))
    return np.sum((q - p) * np.log(q / p))


def compare(rows, a, b) -> dict:
    a, b = a.astype(np.float64), b.astype(np.float64)
    d, size = b - a, np.abs(b - a)
    la, lb = a >= 0.5, b >= 0.5
    figures = {
        'rows_both': {'value': len(d)},
        'rows_beyond_tolerance': {'value': int(np.sum(~np.isclose(b, a, rtol=1e-4, atol=1e-5)))},
        'max_abs_difference': {'value': size.max()},
        'p99_abs_difference': {'value': np.quantile(size, 0.99)},
        'mean_abs_difference': {'value': size.mean()},
        'mean_difference': paired(a, b),
        'psi': {'value': psi(a, b)},
        'flips': {'value': int(np.sum(la != lb))},
        'flips false -> true': {'value': int(np.sum(~la & lb))},
        'flips true -> false': {'value': int(np.sum(la & ~lb))},
        'agreement': {'value': np.mean(la == lb)},
        'cohen_kappa': {'value': sk.cohen_kappa_score(la, lb)},
    }
    known = ~rows.late.isna().to_numpy()
    y, x, w = rows.late[known].to_numpy().astype(bool), a[known], b[known]
    ra, rb = (x >= 0.5) == y, (w >= 0.5) == y
    only = int(np.sum(ra & ~rb)), int(np.sum(~ra & rb))
    test = mcnemar([[0, only[0]], [only[1], 0]], exact=sum(only) < 25, correction=True)
    logs = [-np.log(np.clip(np.where(y, s, 1 - s), 2**-52, 1 - 2**-52)) for s in (x, w)]
    assert np.isclose(logs[0].mean(), sk.log_loss(y, x)) and np.isclose(((w - y) ** 2).mean(), sk.brier_score_loss(y, w))
    figures |= {
        'rows_labelled': {'value': int(known.sum())},
        'roc_auc_difference': delong(x, w, y),
        'accuracy_difference': paired(ra.astype(float), rb.astype(float)),
        'mcnemar': {'champion': only[0], 'challenger': only[1], 'value': only[1] - only[0], 'statistic': test.statistic, 'pValue': test.pvalue},
        'log_loss_difference': paired(*logs),
        'brier_difference': paired((x - y) ** 2, (w - y) ** 2),
    }
    assert np.isclose(figures['accuracy_difference']['challenger'], sk.accuracy_score(y, w >= 0.5))
    for column in ('carrier', 'origin'):
        for value, at in rows[known].groupby(column).indices.items():
            if len(at) >= 200:
                figures[f'roc_auc_difference {column}={value}'] = delong(x[at], w[at], y[at])
    return figures


def re_exported(model: onnx.ModelProto) -> onnx.ModelProto:
    """The trees as a regression of the log odds, then a sigmoid and both probabilities."""
    old = {one.name: helper.get_attribute_value(one) for one in model.graph.node[0].attribute}
    assert set(old['class_ids']) == {0} and old['post_transform'] == b'LOGISTIC'
    kept = {name: value for name, value in old.items() if name.startswith('nodes_') and name != 'nodes_hitrates'}
    targets = {f'target_{name}': old[f'class_{name}'] for name in ('nodeids', 'treeids', 'weights')}
    trees = helper.make_node(
        'TreeEnsembleRegressor', ['input'], ['odds'], domain='ai.onnx.ml', n_targets=1, aggregate_function='SUM', post_transform='NONE',
        target_ids=[0] * len(old['class_ids']), **kept, **targets,
    )  # fmt: skip
    nodes = [
        trees,
        helper.make_node('Sigmoid', ['odds'], ['late']),
        helper.make_node('Sub', ['one', 'late'], ['on_time']),
        helper.make_node('Concat', ['on_time', 'late'], ['probabilities'], axis=1),
    ]
    one = numpy_helper.from_array(np.array([[1]], dtype=np.float32), 'one')
    graph = helper.make_graph(
        nodes,
        'flights-late',
        [helper.make_tensor_value_info('input', TensorProto.FLOAT, [None, 10])],
        [helper.make_tensor_value_info('probabilities', TensorProto.FLOAT, [None, 2])],
        [one],
    )
    opsets = [helper.make_opsetid('', 17), helper.make_opsetid('ai.onnx.ml', 3)]
    made = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    onnx.checker.check_model(made)
    return made


def changed_threshold(model: onnx.ModelProto, raw: bytes) -> tuple[int, float, float]:
    """Where the root threshold of the first tree is in the file, the value, and another one."""
    values = next(one for one in model.graph.node[0].attribute if one.name == 'nodes_values').floats
    from_ = values[0]
    one_by_one = b''.join(b'\x3d' + struct.pack('<f', value) for value in values)  # each after its tag
    offset = raw.index(one_by_one) + 1
    assert struct.unpack_from('<f', raw, offset)[0] == from_
    return offset, from_, 17.5


def main() -> None:
    rows, matrices = july()
    raw = (EXAMPLE / 'models/v1/model.onnx').read_bytes()
    model = onnx.load_from_string(raw)
    first, second = score(raw, matrices['v1']), score((EXAMPLE / 'models/v2/model.onnx').read_bytes(), matrices['v2'])

    PACKAGE.mkdir(exist_ok=True)
    (PACKAGE / 'model.onnx').write_bytes(re_exported(model).SerializeToString())
    for name in ('model.yaml', 'golden.parquet'):
        shutil.copy(EXAMPLE / 'models/v1' / name, PACKAGE / name)
    exported = score((PACKAGE / 'model.onnx').read_bytes(), matrices['v1'])

    offset, from_, to = changed_threshold(model, raw)
    patched = score(raw[:offset] + struct.pack('<f', to) + raw[offset + 4 :], matrices['v1'])
    week = rows.batch.between(*WEEK).to_numpy()
    ids, before, after = rows[week].reset_index(), first[week].astype(np.float64), patched[week].astype(np.float64)
    moved = after - before
    order = np.lexsort((ids.flight_id, -np.abs(moved)))[:50]
    told = {
        'rows': len(rows),
        'v1-v2': compare(rows, first, second),
        'v1-exported': compare(rows, first, exported),
        'threshold': {
            'offset': offset,
            'from': from_,
            'to': to,
            'week': WEEK,
            'rows': len(moved),
            'beyond': int(np.sum(~np.isclose(after, before, rtol=1e-4, atol=1e-5))),
            'flips': int(np.sum((after >= 0.5) != (before >= 0.5))),
            'most': [[str(ids.flight_id[i]), ids.batch[i], moved[i]] for i in order],
        },
    }
    plain = lambda value: value.item() if isinstance(value, np.generic) else value
    Path(__file__).with_name('two-models.json').write_text(json.dumps(told, default=plain, indent=1) + '\n')
    print(json.dumps({name: told[name]['roc_auc_difference'] for name in ('v1-v2', 'v1-exported')}, default=plain, indent=1))
    print({name: one['value'] for name, one in told['v1-exported'].items() if ' ' not in name})
    print({**told['threshold'], 'most': told['threshold']['most'][:3]}, rows.late.isna().sum(), (PACKAGE / 'model.onnx').stat().st_size)


if __name__ == '__main__':
    main()
