"""Writes test/golden/sources/: one table of every type that pyarrow knows and we read, in every codec and form.

Beside the files, kinds.json holds each column's values as text, written out here by hand from the Python values: what
the readers are compared with. All times are UTC.
"""
import datetime as dt
import decimal
import json
import uuid
from pathlib import Path

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq

folder = Path(__file__).parent.parent / "golden" / "sources"
folder.mkdir(parents=True, exist_ok=True)

moment = dt.datetime(2013, 7, 4, 23, 59, 59, 123456)
early = dt.datetime(1905, 2, 28, 0, 0, 0, 1)
ids = [uuid.UUID("00000000-0000-0000-0000-000000000001"), uuid.UUID("ffffffff-ffff-4fff-bfff-fffffffffffe")]
epoch = dt.datetime(1970, 1, 1)


def us(t):
    return (t - epoch) // dt.timedelta(microseconds=1)


# name: (type, values, the values as text)
columns = {
    "id": (pa.int64(), [9007199254740993, -9223372036854775808, 3], ["9007199254740993", "-9223372036854775808", "3"]),
    "int8": (pa.int8(), [-128, None, 127], ["-128", None, "127"]),
    "int16": (pa.int16(), [-32768, None, 32767], ["-32768", None, "32767"]),
    "int32": (pa.int32(), [-2147483648, None, 2147483647], ["-2147483648", None, "2147483647"]),
    "uint8": (pa.uint8(), [255, None, 0], ["255", None, "0"]),
    "uint16": (pa.uint16(), [65535, None, 0], ["65535", None, "0"]),
    "uint32": (pa.uint32(), [4294967295, None, 0], ["4294967295", None, "0"]),
    "uint64": (pa.uint64(), [18446744073709551615, None, 0], ["18446744073709551615", None, "0"]),
    "float": (pa.float32(), [1.5, None, float("inf")], ["1.5", None, "Infinity"]),
    "double": (pa.float64(), [0.1, None, float("nan")], ["0.1", None, "NaN"]),
    "boolean": (pa.bool_(), [True, None, False], ["true", None, "false"]),
    "text": (pa.string(), ['say "hi",\nsnowman ☃ 🙂', None, ""], ['say "hi",\nsnowman ☃ 🙂', None, ""]),
    "long text": (pa.large_string(), ["x" * 100, None, "exactly 12 b"], ["x" * 100, None, "exactly 12 b"]),
    "blob": (pa.binary(), [b"\x00\xff", None, b""], ["00ff", None, ""]),
    "dictionary": (
        pa.dictionary(pa.int8(), pa.string()),
        ["AA", None, "9E"],
        ["AA", None, "9E"],
    ),
    "date": (pa.date32(), [dt.date(2013, 7, 4), None, dt.date(1899, 12, 31)], ["15890", None, "-25568"]),
    "time": (pa.time64("us"), [dt.time(23, 59, 59, 999999), None, dt.time(0)], ["86399999999", None, "0"]),
    "time ms": (pa.time32("ms"), [dt.time(1, 2, 3, 4000), None, dt.time(0)], ["3723004000", None, "0"]),
    "timestamp us": (pa.timestamp("us"), [moment, None, early], [str(us(moment)), None, str(us(early))]),
    "timestamp ms": (
        pa.timestamp("ms"),
        [moment.replace(microsecond=123000), None, epoch],
        [str(us(moment) // 1000 * 1000), None, "0"],
    ),
    "timestamp ns": (
        pa.timestamp("ns"),
        [us(moment) * 1000 + 789, None, 0],
        [str(us(moment)), None, "0"],
    ),
    "timestamp tz": (
        pa.timestamp("us", tz="America/New_York"),
        [us(moment), None, us(early)],
        [str(us(moment)), None, str(us(early))],
    ),
    "decimal 4": (pa.decimal128(4, 2), [decimal.Decimal("-99.99"), None, decimal.Decimal("0.10")], ["-99.99", None, "0.10"]),
    "decimal 18": (
        pa.decimal128(18, 3),
        [decimal.Decimal("123456789012345.678"), None, decimal.Decimal("-0.001")],
        ["123456789012345.678", None, "-0.001"],
    ),
    "decimal 38": (
        pa.decimal128(38, 10),
        [decimal.Decimal("1234567890123456789012345678.0123456789"), None, decimal.Decimal("-1")],
        ["1234567890123456789012345678.0123456789", None, "-1.0000000000"],
    ),
    "list": (pa.list_(pa.float32()), [[1.5, None], None, []], ["[1.5,null]", None, "[]"]),
    "struct": (
        pa.struct([("a", pa.int64()), ("b", pa.string())]),
        [{"a": 9007199254740993, "b": 'q"'}, None, {"a": None, "b": ""}],
        ['{"a":9007199254740993,"b":"q\\""}', None, '{"a":null,"b":""}'],
    ),
}
only_parquet = {"uuid": (pa.uuid(), [ids[0].bytes, None, ids[1].bytes], [str(ids[0]), None, str(ids[1])])}
only_arrow = {
    "half": (pa.float16(), [1.5, None, 0.25], ["1.5", None, "0.25"]),
    "time s": (pa.time32("s"), [dt.time(1, 2, 3), None, dt.time(0)], ["3723000000", None, "0"]),
    "time ns": (pa.time64("ns"), [3723000000789, None, 0], ["3723000000", None, "0"]),
    "date ms": (pa.date64(), [dt.date(2013, 7, 4), None, dt.date(1899, 12, 31)], ["15890", None, "-25568"]),
    "timestamp s tz": (pa.timestamp("s", tz="UTC"), [-1, None, 1], ["-1000000", None, "1000000"]),
    "timestamp ns tz": (pa.timestamp("ns", tz="UTC"), [-1, None, 1999], ["-1", None, "1"]),
    "fixed list": (pa.list_(pa.int64(), 2), [[1, None], None, [2, 3]], ["[1,null]", None, "[2,3]"]),
    "numbers in a dictionary": (pa.dictionary(pa.int16(), pa.int64()), [2**62, None, -1], [str(2**62), None, "-1"]),
    "fixed binary": (pa.binary(2), [b"\x01\x02", None, b"\xff\x00"], ["0102", None, "ff00"]),
}


def table(kinds):
    return pa.table({name: pa.array(values, type=kind) for name, (kind, values, _) in kinds.items()})


parquet = table({**columns, **only_parquet})
for codec in ["none", "snappy", "gzip", "zstd", "lz4", "brotli"]:
    # a row group each for the first two rows and the third
    pq.write_table(parquet, folder / f"kinds-{codec}.parquet", compression=codec, row_group_size=2)
plain = parquet.drop_columns(["timestamp ns"])  # format 1.0 has no nanoseconds
pq.write_table(plain, folder / "kinds-v1-plain.parquet", version="1.0", use_dictionary=False, data_page_version="1.0")
pq.write_table(parquet, folder / "kinds-v2-pages.parquet", row_group_size=2, data_page_version="2.0")
int96 = pa.table({"id": parquet["id"], "at": parquet["timestamp us"]})
pq.write_table(int96, folder / "int96.parquet", use_deprecated_int96_timestamps=True)

arrow = table({**columns, **only_arrow})
for codec in ["uncompressed", "lz4", "zstd"]:
    feather.write_feather(arrow, folder / f"kinds-{codec}.arrow", compression=codec, chunksize=2)
for kind, values in [("duration", pa.array([1], pa.duration("s"))), ("decimal256", pa.array([1], pa.decimal256(50, 0)))]:
    feather.write_feather(pa.table({"odd": values}), folder / f"{kind}.arrow", compression="uncompressed")

as_text = {name: text for name, (_, _, text) in {**columns, **only_parquet, **only_arrow}.items()}
(folder / "kinds.json").write_text(json.dumps(as_text, indent=2, ensure_ascii=False) + "\n")
