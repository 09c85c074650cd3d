"""Made figures, and the dataset around them."""
import copy

from releases import Dataset


def figure(id, amount=100, period=None, fiscal=None, stage="committed", category="economic", **more):
    """A record; FISCAL is a pair of fiscal years since 1977, which also tell the period."""
    first, last = fiscal or (None, None)
    relations = [{"type": type, "target": target, "note": None} for type, target in more.pop("relations", [])]
    return {"id": id, "title": id, "amount_usd": amount, "qualifier": "as-printed",
            "significant_digits": len(str(amount).rstrip("0")) or 1, "currency": "USD", "stage": stage, "category": category,
            "era": None, "period_edtf": f"{first - 1}-10/{last}-09" if fiscal else period, "act_edtf": None,
            "fiscal_year_start": first, "fiscal_year_end": last, "donor": "united-states", "recipient": "pakistan",
            "agency": None, "event": None, "relations": relations,
            "citations": [citation("dawi-2022")], "notes": []} | more


def citation(work, supports=("amount_usd",), locator="§9"):
    return {"reference": work, "via": "aslam-imran-zahid", "locator": locator, "stance": "asserts", "supports": list(supports)}


def dataset_of(figures):
    """The shipped dataset with FIGURES as its only aid, and nothing that names other aid."""
    dataset = Dataset()
    dataset.records["aid"] = copy.deepcopy(figures)
    dataset.records["events"] = []
    for records in dataset.records.values():
        for record in records:
            record["notes"] = []
    return dataset
