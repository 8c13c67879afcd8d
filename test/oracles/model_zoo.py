"""Write test/golden/models/ and test/golden/models-refused/: small model packages of every input kind and task.

    python model_zoo.py

Each package is model.yaml, model.onnx and golden.parquet (forecasts by the framework that trained it); beside them
rows.parquet (`id` and the features) and expected.parquet (`id` and what Python's ONNX Runtime makes of those rows).
"""

import random
import shutil
from pathlib import Path

import lightgbm as lgb
import numpy as np
import onnx
import onnxruntime as ort
import pyarrow as pa
import pyarrow.parquet as pq
from onnx import TensorProto, helper
from onnxmltools import convert_lightgbm
from onnxmltools.convert.common.data_types import FloatTensorType as LightGBMFloats
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, Int64TensorType, StringTensorType
from skl2onnx.sklapi import CastTransformer
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

ROOT = Path(__file__).parents[2]
MODELS = ROOT / 'test/golden/models'
REFUSED = ROOT / 'test/golden/models-refused'
OPSET = {'': 15, 'ai.onnx.ml': 2}
IR_VERSION = 8
LIGHTGBM = {'random_state': 3, 'n_jobs': 1, 'deterministic': True, 'force_row_wise': True, 'verbosity': -1}
BASE = MODELS / 'binary-packed-floats'  # what refused packages are made from

# ------------------------------------------------------------------------------------------------- writing a package


def scalar(value) -> str:
    if isinstance(value, str):
        plain = value[:1].isalpha() and value.replace(' ', '').replace('_', '').replace('-', '').isalnum() and value.lower() not in ('yes', 'no', 'on', 'off', 'true', 'false')
        return value if plain else "'" + value.replace("'", "''") + "'"
    if isinstance(value, dict):
        return flow(value)
    if isinstance(value, list):
        return '[' + ', '.join(map(scalar, value)) + ']'
    return str(value)


def flow(mapping: dict) -> str:
    return '{ ' + ', '.join(f'{key}: {scalar(value)}' for key, value in mapping.items()) + ' }'


def manifest_text(manifest: dict) -> str:
    lines = ['# yaml-language-server: $schema=../../../../schemas/model.schema.json', '# Written by test/oracles/model_zoo.py.']
    for key, value in manifest.items():
        if key == 'features':
            lines += ['features:', *(f'  - {flow(feature)}' for feature in value)]
        else:
            lines.append(f'{key}: {scalar(value)}')
    return '\n'.join(lines) + '\n'


def write_parquet(columns: dict[str, pa.Array], path: Path) -> None:
    pq.write_table(pa.table(columns), path, compression='zstd')


def write_package(folder: Path, manifest: dict, proto: onnx.ModelProto | bytes, golden: dict[str, pa.Array]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if isinstance(proto, onnx.ModelProto):
        proto.ir_version = IR_VERSION
        proto.opset_import.sort(key=lambda opset: opset.domain)  # the converter's order changes from run to run
        proto = proto.SerializeToString(deterministic=True)
    (folder / 'model.onnx').write_bytes(proto)
    (folder / 'model.yaml').write_text(manifest_text({'name': folder.name} | manifest), encoding='utf-8')
    write_parquet(golden, folder / 'golden.parquet')


def take(columns: dict[str, pa.Array], rows: range) -> dict[str, pa.Array]:
    return {name: column.slice(rows.start, len(rows)) for name, column in columns.items()}


def write_model(name: str, manifest: dict, proto: onnx.ModelProto, features: dict, forecast: dict, golden: range, rows: range) -> None:
    """A package, and rows with what Python's ONNX Runtime makes of them; `forecast` is the training framework's."""
    folder = MODELS / name
    write_package(folder, manifest, proto, take(features | forecast, golden))
    ids = pa.array(np.arange(len(rows)) + 1_000_000_000_000, pa.int64())
    kept = take(features, rows)
    write_parquet({'id': ids} | kept, folder / 'rows.parquet')
    expected = score(manifest, proto, kept)
    write_parquet({'id': ids} | expected, folder / 'expected.parquet')
    numbers = {key: flat(column) for key, column in expected.items() if key in forecast}
    theirs = {key: flat(take(forecast, rows)[key]) for key in numbers}
    gaps = {key: np.abs(value - theirs[key]) for key, value in numbers.items()}
    for key, value in gaps.items():
        if not (value <= 1e-6 + 1e-6 * np.abs(theirs[key])).all():
            raise SystemExit(f'{name}: {key} of ONNX Runtime is up to {value.max()} from the training framework')
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(f'{name}: {len(rows)} rows, {len(golden)} golden, ' + ', '.join(f'{k} apart {v.max():.1e}' for k, v in gaps.items()) + f', {size} bytes')


def flat(column: pa.Array) -> np.ndarray:
    values = column.flatten() if pa.types.is_list(column.type) else column
    return np.asarray(values.to_numpy(zero_copy_only=False), dtype='float64')


# ------------------------------------------------------------------------------------- scoring by the package's rules

ELEMENTS = {
    'tensor(float)': 'float32', 'tensor(double)': 'float64', 'tensor(int64)': 'int64',
    'tensor(int32)': 'int32', 'tensor(bool)': 'bool', 'tensor(string)': 'object',
}  # fmt: skip


def score(manifest: dict, proto: onnx.ModelProto, features: dict[str, pa.Array]) -> dict[str, pa.Array]:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(proto.SerializeToString(), options)
    types = {tensor.name: ELEMENTS[tensor.type] for tensor in session.get_inputs()}
    packed = manifest.get('input', {}).get('tensor')
    if packed:
        fed = {packed: np.hstack([column(f, features[f['name']], types[packed]) for f in manifest['features']])}
    else:
        fed = {f['name']: column(f, features[f['name']], types[f['name']]) for f in manifest['features']}
    names = [tensor.name for tensor in session.get_outputs()]
    outputs = dict(zip(names, session.run(names, fed)))
    output = manifest.get('output', {})
    if manifest['task'] == 'raw':
        return {f'output_{name}': lists(values) for name, values in outputs.items()}
    values = outputs[output['tensor']]
    if manifest['task'] == 'regression':
        return {'prediction': pa.array(values.reshape(-1).astype('float64'))}
    if manifest['task'] == 'binary':
        positive = values[:, output['positive']]
        return {'score': pa.array(positive.astype('float64')), 'label': pa.array(positive >= output['threshold'])}
    best = values.argmax(axis=1)
    return {
        'label': pa.array([output['classes'][index] for index in best], pa.string()),
        'score': pa.array(values.max(axis=1).astype('float64')),
        'probabilities': lists(values.astype('float64')),
    }


def column(feature: dict, values: pa.Array, element: str) -> np.ndarray:
    """[N, K] of one feature (K is 1 but for a list), missing ones replaced as `missing` says."""
    missing = feature.get('missing')
    stand_in = {'nan': float('nan')}.get(missing, missing) if not isinstance(missing, dict) else missing['value']
    kept = [stand_in if value is None or value != value else value for value in values.to_pylist()]
    array = np.array(kept, dtype=element)
    return array.reshape(len(kept), -1)


def lists(values: np.ndarray) -> pa.Array:
    """One list a row, of the output's own element type; an output [N] gives lists of one."""
    rows = values.reshape(len(values), -1)
    return pa.array(list(rows), pa.list_(pa.from_numpy_dtype(rows.dtype)))


# -------------------------------------------------------------------------------------------------------- the models


def one_output(proto: onnx.ModelProto, name: str) -> onnx.ModelProto:
    kept = [output for output in proto.graph.output if output.name == name]
    del proto.graph.output[:]
    proto.graph.output.extend(kept)
    return proto


def apart(values: np.ndarray) -> np.ndarray:
    """float32 that float16 holds: no two values lie so close that a threshold between them, which the LightGBM converter
    rounds to float32, falls on one of them."""
    return values.astype('float16').astype('float32')


def breast_cancer() -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Measured cells in shuffled order, one value in 25 missing."""
    data = load_breast_cancer()
    rng = np.random.default_rng(11)
    order = rng.permutation(len(data.data))
    x = apart(data.data[order])
    x[rng.random(x.shape) < 0.04] = np.nan
    return x, 1 - data.target[order], [str(name) for name in data.feature_names]


def binary_packed_floats() -> None:
    x, y, names = breast_cancer()
    model = lgb.LGBMClassifier(n_estimators=25, num_leaves=7, **LIGHTGBM).fit(x[:250].astype('float64'), y[:250])
    inputs = [('cells', LightGBMFloats([None, len(names)]))]
    proto = one_output(convert_lightgbm(model, 'binary-packed-floats', inputs, target_opset=15, zipmap=False), 'probabilities')
    manifest = {
        'description': 'Is a tumour malignant? LightGBM, one packed float32 tensor, names with spaces, missing values as NaN.',
        'task': 'binary',
        'input': {'tensor': 'cells'},
        'features': [{'name': name, 'type': 'number', 'missing': 'nan'} for name in names],
        'output': {'tensor': 'probabilities', 'positive': 1, 'threshold': 0.4},
    }
    # Every other column holds its missing values as null, the rest as NaN: both mean missing.
    features = {name: pa.array(x[:, i], from_pandas=i % 2 == 0) for i, name in enumerate(names)}
    forecast = {'score': pa.array(model.predict_proba(x.astype('float64'))[:, 1])}
    write_model('binary-packed-floats', manifest, proto, features, forecast, range(469, 569), range(169, 469))
    reference = take(features | {'label': pa.array(y == 1)}, range(0, 250))
    write_parquet(reference, MODELS / 'binary-packed-floats/reference.parquet')


def binary_trees() -> None:
    """1,560 tree nodes, which are scored in tiles, and the label, a text, as an output of its own."""
    x, y, names = breast_cancer()
    x, names = x[:, :6], names[:6]
    model = lgb.LGBMClassifier(n_estimators=60, num_leaves=14, min_child_samples=5, **LIGHTGBM)
    model.fit(x[:250].astype('float64'), np.where(y[:250] == 1, 'malignant', 'benign'))
    inputs = [('cells', LightGBMFloats([None, len(names)]))]
    proto = convert_lightgbm(model, 'binary-trees', inputs, target_opset=15, zipmap=False)
    manifest = {
        'description': 'Is a tumour malignant? LightGBM with more trees; labels are texts.',
        'task': 'binary',
        'input': {'tensor': 'cells'},
        'features': [{'name': name, 'type': 'number', 'missing': 'nan'} for name in names],
        'output': {'tensor': 'probabilities', 'positive': 1, 'threshold': 0.5},
    }
    features = {name: pa.array(x[:, i], from_pandas=True) for i, name in enumerate(names)}
    forecast = {'score': pa.array(model.predict_proba(x.astype('float64'))[:, 1])}
    write_model('binary-trees', manifest, proto, features, forecast, range(469, 569), range(169, 469))


def binary_mixed_columns() -> None:
    """Strings and floats of real flights, one [N, 1] tensor per feature."""
    texts, numbers = ['carrier', 'origin', 'dest'], ['distance', 'temp']
    flights, labels = (ROOT / 'examples/flights/data' / path for path in ('flights/month=01', 'labels/month=01'))
    table = pq.read_table(flights / 'flights.parquet', partitioning=None).to_pandas()
    table['late'] = pq.read_table(labels / 'labels.parquet', partitioning=None).column('late').to_pandas()
    table = table[table.late.notna()].sample(6_400, random_state=5).reset_index(drop=True)
    table['distance'] = table.distance.astype('float32')
    columns = [*texts, *numbers]
    table.loc[6_000:6_019, 'dest'] = None  # stands for '?': a destination unknown to the encoder
    table.loc[6_020:6_039, 'temp'] = np.nan  # stands for 55
    table.loc[6_040:6_059, 'carrier'] = 'Ægir "Air"; Ltd'  # unknown to the encoder
    full = table[columns].fillna({'dest': '?', 'temp': 55})
    pipeline = Pipeline(
        [
            ('columns', ColumnTransformer([('text', OneHotEncoder(handle_unknown='ignore'), texts), ('number', StandardScaler(), numbers)])),
            ('model', LogisticRegression(C=1, max_iter=500)),
        ]
    ).fit(full[:6_000], table.late[:6_000].astype(int))
    inputs = [(name, (StringTensorType if name in texts else FloatTensorType)([None, 1])) for name in columns]
    proto = convert_sklearn(pipeline, 'binary-mixed-columns', inputs, target_opset=OPSET, options={'model': {'zipmap': False}})
    manifest = {
        'description': 'Will a flight arrive late? scikit-learn, a string or float tensor per feature.',
        'task': 'binary',
        'features': [
            {'name': 'carrier', 'type': 'text'},
            {'name': 'origin', 'type': 'text'},
            {'name': 'dest', 'type': 'text', 'missing': {'value': '?'}},
            {'name': 'distance', 'type': 'number', 'min': 0, 'max': 6000},
            {'name': 'temp', 'type': 'number', 'min': -30, 'max': 120, 'missing': 55},
        ],
        'output': {'tensor': 'probabilities', 'positive': 1, 'threshold': 0.3},
    }
    features = {name: pa.array(table[name], pa.string() if name in texts else pa.float32(), from_pandas=True) for name in columns}
    forecast = {'score': pa.array(pipeline.predict_proba(full)[:, 1])}
    write_model('binary-mixed-columns', manifest, proto, features, forecast, range(5_960, 6_060), range(6_000, 6_400))


def multiclass_list() -> None:
    data = load_digits()
    x, y = data.data.astype('float32'), np.array([str(digit) for digit in data.target])
    model = LogisticRegression(C=0.02, max_iter=2_000).fit(x[:1_200].astype('float64'), y[:1_200])
    inputs = [('pixels', FloatTensorType([None, 64]))]
    proto = convert_sklearn(model, 'multiclass-list', inputs, target_opset=OPSET, options={'zipmap': False})
    manifest = {
        'description': 'Which digit is it? scikit-learn, a list column of 8 x 8 pixels, ten classes.',
        'task': 'multiclass',
        'features': [{'name': 'pixels', 'type': 'list', 'length': 64, 'min': 0, 'max': 16}],
        'output': {'tensor': 'probabilities', 'classes': [str(digit) for digit in range(10)]},
    }
    features = {'pixels': pa.array(list(x), pa.list_(pa.float32()))}
    probabilities = model.predict_proba(x.astype('float64'))
    forecast = {'probabilities': lists(probabilities), 'score': pa.array(probabilities.max(axis=1))}
    write_model('multiclass-list', manifest, proto, features, forecast, range(1_200, 1_300), range(1_300, 1_600))
    reference = take(features | {'label': pa.array(y)}, range(0, 400))
    write_parquet(reference, MODELS / 'multiclass-list/reference.parquet')


def messages(count: int) -> tuple[list[str], list[str]]:
    """Made-up messages to a shop, in what texts hold in the wild: quotes, new lines, other scripts, emoji, nothing."""
    rng = random.Random(23)
    words = {
        'complaint': 'broken late refund torn wrong never awful defekt kaputt cassé perdu 壊れた 遅い 😡 💔 сломан ужасно'.split(),
        'praise': 'great thanks lovely perfect fast danke wunderschön merci génial 素晴らしい ありがとう 😀 ❤️ 👩‍👩‍👧 спасибо'.split(),
        'question': 'when where which how possible wann größe quand où いつ サイズ 🤔 когда размер'.split(),
    }
    filler = 'my order the box size shirt shoes it is and I have Zürich naïve été O\'Brien parcel 注文 заказ 100% $5 <b> & \\n NULL'.split()
    joints = [' ', ' ', ' ', ' ', ', ', '. ', '\n', '\r\n', '\t', ' "', '" ', "'", ' (', ') ', '; ', '! ', '\u00a0', ' -- ']
    edges = ['', ' ', '\n', '"', "'", '""', '\\', '#', "'); drop table x; --", '\ufeffgreat', 'e\u0301te\u0301', '\u202etaerg', '𝒢𝓇𝑒𝒶𝓉 😀', 'a' * 3_000, '?!.,', 'null', '{"a": [1]}']
    texts, labels = list(edges), [['complaint', 'praise', 'question'][i % 3] for i in range(len(edges))]
    while len(texts) < count:
        label = rng.choice(list(words))
        picked = rng.choices(words[label], k=rng.randint(1, 3)) + rng.choices(filler, k=rng.randint(1, 9))
        if rng.random() < 0.15:
            picked += rng.choices(words[rng.choice(list(words))], k=2)
        rng.shuffle(picked)
        texts.append(''.join(word + rng.choice(joints) for word in picked))
        labels.append(label)
    return texts, labels


def text_classifier() -> None:
    texts, labels = messages(1_300)
    # The same tokens in Python's re and in RE2: what lies between the characters listed, no \w, \s or \b (they differ
    # outside ASCII). No lower-casing: ONNX Runtime's needs the machine's locale en_US.
    token = r'[^ \n\r\t"\',.!?;:()]+'
    pipeline = Pipeline([('tfidf', TfidfVectorizer(lowercase=False, token_pattern=token)), ('model', LogisticRegression(C=5, max_iter=1_000))])
    pipeline.fit(texts[300:], labels[300:])
    options = {'tfidf': {'tokenexp': token}, 'model': {'zipmap': False}}
    proto = convert_sklearn(pipeline, 'text-classifier', [('message', StringTensorType([None, 1]))], target_opset=OPSET, options=options)
    manifest = {
        'description': 'What does a message want? scikit-learn, TF-IDF of words in a string tensor.',
        'task': 'multiclass',
        'features': [{'name': 'message', 'type': 'text'}],
        'output': {'tensor': 'probabilities', 'classes': [str(name) for name in pipeline.classes_]},
    }
    probabilities = pipeline.predict_proba(texts)
    forecast = {'probabilities': lists(probabilities), 'score': pa.array(probabilities.max(axis=1))}
    write_model('text-classifier', manifest, proto, {'message': pa.array(texts)}, forecast, range(0, 100), range(0, 300))


def regression_float32() -> None:
    data = load_diabetes(scaled=False)
    x = apart(data.data)
    model = lgb.LGBMRegressor(n_estimators=60, num_leaves=7, min_child_samples=10, **LIGHTGBM).fit(x[:200].astype('float64'), data.target[:200])
    proto = convert_lightgbm(model, 'regression-float32', [('input', LightGBMFloats([None, x.shape[1]]))], target_opset=15)
    manifest = {
        'description': 'Progression of diabetes after a year. LightGBM, one packed float32 tensor.',
        'task': 'regression',
        'input': {'tensor': 'input'},
        'features': [{'name': name, 'type': 'number'} for name in data.feature_names],
        'output': {'tensor': 'variable'},
    }
    features = {name: pa.array(x[:, i]) for i, name in enumerate(data.feature_names)}
    forecast = {'prediction': pa.array(model.predict(x.astype('float64')))}
    write_model('regression-float32', manifest, proto, features, forecast, range(200, 242), range(242, 442))
    write_parquet(take(features | {'label': pa.array(data.target)}, range(0, 200)), MODELS / 'regression-float32/reference.parquet')


def regression_double() -> None:
    """Seconds since 1970 with milliseconds: in float32 they are up to 64 s off, and the forecast with them."""
    rng = np.random.default_rng(17)
    seconds = np.round(1.37e9 + rng.random(700) * 4e5, 3)
    x = np.column_stack([seconds, rng.normal(size=700), rng.random(700) * 1e-9])
    y = (seconds - 1.37e9) * 0.25 + 40 * x[:, 1] + 1e11 * x[:, 2] + rng.normal(size=700)
    # Centred, or the intercept of 3e8 would take the last digits.
    model = Pipeline([('scale', StandardScaler()), ('model', LinearRegression())]).fit(x[:300], y[:300])
    proto = convert_sklearn(model, 'regression-double', [('input', DoubleTensorType([None, 3]))], target_opset=OPSET)
    names = ['seconds', 'level', 'trace']
    manifest = {
        'description': 'scikit-learn, one packed float64 tensor; float32 would spoil it.',
        'task': 'regression',
        'input': {'tensor': 'input'},
        'features': [{'name': name, 'type': 'number'} for name in names],
        'output': {'tensor': 'variable'},
    }
    features = {name: pa.array(x[:, i]) for i, name in enumerate(names)}
    forecast = {'prediction': pa.array(model.predict(x).reshape(-1))}
    write_model('regression-double', manifest, proto, features, forecast, range(300, 400), range(400, 700))


def regression_int64() -> None:
    """Whole numbers up to 2^45, one int64 tensor per feature; through float32 (24 bits) the forecast would be off by one."""
    rng = np.random.default_rng(19)
    x = np.column_stack([rng.integers(2**44, 2**45, 700), rng.integers(2**24, 2**31, 700), rng.integers(-5, 5, 700)])
    y = x[:, 0] * 1e-6 + x[:, 1] * 1e-4 + x[:, 2] * 3.0 + rng.normal(size=700)
    model = Pipeline(
        [
            ('columns', ColumnTransformer([('all', 'passthrough', [0, 1, 2])])),
            ('cast', CastTransformer(dtype=np.float64)),
            ('model', LinearRegression()),
        ]
    ).fit(x[:300], y[:300])
    names = ['account', 'bytes', 'steps']
    inputs = [(name, Int64TensorType([None, 1])) for name in names]
    proto = convert_sklearn(model, 'regression-int64', inputs, target_opset=OPSET)
    manifest = {
        'description': 'scikit-learn, an int64 tensor per feature, values beyond what float32 holds.',
        'task': 'regression',
        'features': [{'name': name, 'type': 'number'} for name in names],
        'output': {'tensor': 'variable'},
    }
    features = {name: pa.array(x[:, i], pa.int64()) for i, name in enumerate(names)}
    forecast = {'prediction': pa.array(model.predict(x).reshape(-1))}
    write_model('regression-int64', manifest, proto, features, forecast, range(300, 400), range(400, 700))


def graph_model(name: str, nodes: list, inputs: list, outputs: list, constants: list = ()) -> onnx.ModelProto:
    graph = helper.make_graph(nodes, name, inputs, outputs, list(constants))
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 15)], producer_name='nightscore')
    proto.ir_version = IR_VERSION
    onnx.checker.check_model(proto, full_check=True)
    return proto


def raw_int32_bool() -> None:
    """total int64 [N] = ticket + count, exact beyond 2^53; flags bool [N, 2] = active, active and count > 10."""
    rng = np.random.default_rng(29)
    ticket = rng.integers(2**53, 2**62, 300, dtype='int64')
    ticket[:4] = [2**53 + 1, 2**63 - 1_000, -(2**63) + 1_000, -(2**53) - 1]
    count, active = rng.integers(-50, 50, 300).astype('int32'), rng.random(300) < 0.5
    nodes = [
        helper.make_node('Cast', ['count'], ['count64'], to=TensorProto.INT64),
        helper.make_node('Add', ['ticket', 'count64'], ['sum']),
        helper.make_node('Squeeze', ['sum', 'axis'], ['total']),
        helper.make_node('Greater', ['count', 'ten'], ['many']),
        helper.make_node('And', ['active', 'many'], ['both']),
        helper.make_node('Concat', ['active', 'both'], ['flags'], axis=1),
    ]
    types = {'ticket': TensorProto.INT64, 'count': TensorProto.INT32, 'active': TensorProto.BOOL}
    inputs = [helper.make_tensor_value_info(name, kind, ['N', 1]) for name, kind in types.items()]
    outputs = [
        helper.make_tensor_value_info('total', TensorProto.INT64, ['N']),
        helper.make_tensor_value_info('flags', TensorProto.BOOL, ['N', 2]),
    ]
    constants = [helper.make_tensor('axis', TensorProto.INT64, [1], [1]), helper.make_tensor('ten', TensorProto.INT32, [1], [10])]
    proto = graph_model('raw-int32-bool', nodes, inputs, outputs, constants)
    manifest = {
        'description': 'Built by hand: int64, int32 and bool tensors in, int64 and bool out.',
        'task': 'raw',
        'features': [{'name': 'ticket', 'type': 'number'}, {'name': 'count', 'type': 'number'}, {'name': 'active', 'type': 'boolean'}],
    }
    features = {'ticket': pa.array(ticket), 'count': pa.array(count), 'active': pa.array(active)}
    flags = np.column_stack([active, active & (count > 10)])
    forecast = {'output_total': lists(ticket + count), 'output_flags': lists(flags)}
    write_model('raw-int32-bool', manifest, proto, features, forecast, range(0, 50), range(0, 300))
    expected = pq.read_table(MODELS / 'raw-int32-bool/expected.parquet')
    if expected.column('output_total').combine_chunks() != forecast['output_total']:
        raise SystemExit('raw-int32-bool: int64 is not exact')


def raw_two_outputs() -> None:
    """norm float32 [N] and unit float32 [N, 3] of a vector."""
    rng = np.random.default_rng(31)
    x = np.round(rng.normal(size=(300, 3)) * 10, 2).astype('float32')
    nodes = [
        helper.make_node('ReduceL2', ['vector'], ['length'], axes=[1], keepdims=1),
        helper.make_node('Div', ['vector', 'length'], ['unit']),
        helper.make_node('Squeeze', ['length', 'axis'], ['norm']),
    ]
    inputs = [helper.make_tensor_value_info('vector', TensorProto.FLOAT, ['N', 3])]
    outputs = [
        helper.make_tensor_value_info('norm', TensorProto.FLOAT, ['N']),
        helper.make_tensor_value_info('unit', TensorProto.FLOAT, ['N', 3]),
    ]
    proto = graph_model('raw-two-outputs', nodes, inputs, outputs, [helper.make_tensor('axis', TensorProto.INT64, [1], [1])])
    manifest = {
        'description': 'Built by hand: the length and the direction of a vector.',
        'task': 'raw',
        'input': {'tensor': 'vector'},
        'features': [{'name': name, 'type': 'number'} for name in 'xyz'],
    }
    features = {name: pa.array(x[:, i]) for i, name in enumerate('xyz')}
    norm = np.sqrt((x.astype('float64') ** 2).sum(axis=1))
    forecast = {'output_norm': lists(norm), 'output_unit': lists(x / norm[:, None])}
    write_model('raw-two-outputs', manifest, proto, features, forecast, range(0, 50), range(50, 300))


# ----------------------------------------------------------------------------------------------- packages to be refused


def refused() -> None:
    """Each is binary-packed-floats with one thing wrong."""
    x, y, names = breast_cancer()
    good = onnx.load(BASE / 'model.onnx')
    golden = {name: pq.read_table(BASE / 'golden.parquet').column(name).combine_chunks() for name in [*names, 'score']}
    manifest = {
        'task': 'binary',
        'input': {'tensor': 'cells'},
        'features': [{'name': name, 'type': 'number', 'missing': 'nan'} for name in names],
        'output': {'tensor': 'probabilities', 'positive': 1, 'threshold': 0.4},
    }

    def write(name: str, changed: dict = {}, proto=good, rows=golden) -> None:
        write_package(REFUSED / name, manifest | changed, proto, rows)

    model = lgb.LGBMClassifier(n_estimators=5, num_leaves=4, **LIGHTGBM).fit(x[:250].astype('float64'), y[:250])
    write('zipmap', proto=convert_lightgbm(model, 'zipmap', [('cells', LightGBMFloats([None, len(names)]))], target_opset=15, zipmap=True))
    write('not-onnx', proto='This is a text, not a model.\n'.encode() * 40)
    fewer = {key: value for key, value in golden.items() if key != names[-1]}
    write('too-few-features', {'features': manifest['features'][:-1]}, rows=fewer)
    write('wrong-input-tensor', {'input': {'tensor': 'input'}})
    write('wrong-output-tensor', {'output': manifest['output'] | {'tensor': 'probability'}})
    text = [{'name': names[0], 'type': 'text'}, *manifest['features'][1:]]
    words = golden | {names[0]: pa.array(['far'] * len(golden['score']))}
    write('text-in-float-tensor', {'features': text}, rows=words)
    write('golden-disagrees', rows=golden | {'score': pa.array(golden['score'].to_numpy() + 0.01)})

    nodes = [
        helper.make_node('ReduceMean', ['cells'], ['mean'], axes=[1], keepdims=1),
        helper.make_node('SequenceConstruct', ['mean', 'mean'], ['probabilities']),
    ]
    inputs = [helper.make_tensor_value_info('cells', TensorProto.FLOAT, ['N', len(names)])]
    outputs = [helper.make_tensor_sequence_value_info('probabilities', TensorProto.FLOAT, None)]
    write('sequence-output', proto=graph_model('sequence-output', nodes, inputs, outputs))


def main() -> None:
    binary_packed_floats()
    binary_trees()
    binary_mixed_columns()
    multiclass_list()
    text_classifier()
    regression_float32()
    regression_double()
    regression_int64()
    raw_int32_bool()
    raw_two_outputs()
    refused()
    files = [path for folder in (MODELS, REFUSED) for path in folder.rglob('*') if path.is_file()]
    print(f'{len(files)} files, {sum(path.stat().st_size for path in files)} bytes')


if __name__ == '__main__':
    main()
