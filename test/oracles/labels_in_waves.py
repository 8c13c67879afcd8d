"""Write labels-in-waves.json: the accuracy of flights-late in a week of July as its labels come in two waves, by scikit-learn.

    python labels_in_waves.py

Scores are those of test/golden/flights-july.parquet, labels those of examples/flights. Wave 1 has the flights with an even
flight_id; wave 2 has all of them, and the first 500 of wave 1 the other way round: corrected.
"""

import json
from pathlib import Path

import duckdb
import numpy as np
from sklearn import metrics as sk

ROOT = Path(__file__).parents[2]
rows = duckdb.sql(
    f"""
    SELECT f.flight_id, f.batch, f.score::DOUBLE AS score, f.label AS decision, f.carrier, l.late
    FROM '{ROOT}/test/golden/flights-july.parquet' f
    JOIN '{ROOT}/examples/flights/data/labels/month=07/labels.parquet' l USING (flight_id)
    ORDER BY f.flight_id
    """
).df()


def figures(part):
    y, score, decision = part.y.astype(int), part.score, part.decision.astype(int)
    tn, fp, fn, tp = (int(n) for n in sk.confusion_matrix(y, decision, labels=[0, 1]).ravel())
    return {
        'labelled': len(part),
        'confusion': [[tn, fp], [fn, tp]],
        'accuracy': sk.accuracy_score(y, decision),
        'precision': sk.precision_score(y, decision, zero_division=0),
        'recall': sk.recall_score(y, decision, zero_division=0),
        'f1': sk.f1_score(y, decision, zero_division=0),
        'mcc': sk.matthews_corrcoef(y, decision),
        'cohen_kappa': sk.cohen_kappa_score(y, decision),
        'roc_auc': sk.roc_auc_score(y, score),
        'average_precision': sk.average_precision_score(y, score),
        'log_loss': sk.log_loss(y, np.column_stack([1 - score, score])),
        'brier': sk.brier_score_loss(y, score),
    }


known = rows[rows.late.notna()]
known = known.assign(y=known.late.astype(bool))
first = known[known.flight_id % 2 == 0]
corrected = known.flight_id.isin(first.flight_id[:500])
found = {
    'scored': len(rows),
    'waves': [figures(first), figures(known.assign(y=known.y ^ corrected))],
    'segments': {
        f'carrier={carrier}': figures(part)
        for carrier, part in first.groupby('carrier')
        if len(part) >= 200
    },
}
(Path(__file__).parent / 'labels-in-waves.json').write_text(json.dumps(found, indent=1) + '\n')
