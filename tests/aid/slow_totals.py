"""What totals of aid must answer, told a second time: slowly, with exact integers and fractions, over all sets of figures."""
import datetime
import pathlib
from fractions import Fraction
from itertools import combinations

from model import ends_of

SERIES = pathlib.Path(__file__).parents[2] / "db/series"
STAGES = ["appropriated", "committed", "disbursed", "reimbursed", "suspended", "cut"]
KEYS = ["category", "donor", "recipient", "era", "reference"]


# Time

def month_of(day):
    return int(day[:4]) * 12 + int(day[5:7]) - 1


def fiscal_year(month):
    """July to June until 1976, the transition quarter, October to September since."""
    year, of_year = divmod(month, 12)
    if month <= 1976 * 12 + 5:
        return str(year + (of_year >= 6))
    if month <= 1976 * 12 + 8:
        return "1976TQ"
    return str(year + (of_year >= 9))


def fiscal_order(name):
    """The place of a fiscal year in time; what has none comes last."""
    return float("inf") if name is None else int(name[:4]) + (0.5 if name.endswith("TQ") else 0)


def day_range(first, last):
    """Numbers of all days from FIRST to LAST."""
    start, end = (datetime.date.fromisoformat(day).toordinal() for day in (first, last))
    return set(range(start, end + 1))


def days_of_fiscal_year(name):
    """First and last day of a fiscal year."""
    months = [month for month in range(1900 * 12, 2101 * 12) if fiscal_year(month) == name]
    first, after = (datetime.date(month // 12, month % 12 + 1, 1) for month in (months[0], months[-1] + 1))
    return first.isoformat(), (after - datetime.timedelta(1)).isoformat()


class Asked:
    """The days of a filter by date; None asks for all."""

    def __init__(self, date=None):
        self.first, self.last = ends_of(date) if date else ("0000", "9999")
        self.all = date is None

    def meets(self, first, last):
        return (first or "0000") <= self.last and (last or "9999") >= self.first

    def takes(self, figure):
        return self.all or (figure.dated and self.meets(figure.start, figure.end))

    def takes_year(self, name):
        return self.all or self.meets(*days_of_fiscal_year(name))


class Figure:
    def __init__(self, record):
        self.record, self.id = record, record["id"]
        self.start, self.end = ends_of(record["period_edtf"] or record["act_edtf"])
        self.dated = bool(self.start or self.end)
        self.fiscal = record["fiscal_year_start"] is not None
        self.act = record["period_edtf"] is None
        self.reimbursement = record["stage"] == "reimbursed" or record["category"] == "reimbursement"
        self.days = day_range(self.start or self.end, self.end or self.start) if self.dated else set()
        self.low = record["amount_usd"] if record["qualifier"] in ("as-printed", "more-than") else None
        self.high = record["amount_usd"] if record["qualifier"] in ("as-printed", "nearly") else None

    def kinds(self):
        known = {"economic": {"economic"}, "military": {"military"}, "security": {"military"}}
        return {"reimbursement"} if self.reimbursement else known.get(self.record["category"], {"military", "economic"})

    def months(self):
        if not self.dated:
            return []
        return list(range(month_of(self.start or self.end), month_of(self.end or self.start) + 1))

    def slices(self):
        """Runs of months of one fiscal and one calendar year."""
        runs = []
        for month in self.months():
            name = (fiscal_year(month), month // 12)
            if runs and runs[-1][0] == name:
                runs[-1][1].append(month)
            else:
                runs.append((name, [month]))
        return runs

    def same_time(self, other):
        if not self.dated or not other.dated:
            return True
        return (self.start or "0000") <= (other.end or "9999") and (other.start or "0000") <= (self.end or "9999")


# Prices

def index():
    """The printed index by month."""
    rows = [line.split("\t") for line in (SERIES / "cpi-u.tsv").read_text().splitlines() if line[0].isdigit()]
    return {int(row[0]) * 12 + month: Fraction(text) for row in rows for month, text in enumerate(row[1:]) if text}


INDEX = index()


def mean(months):
    return sum(INDEX[month] for month in months) / len(months)


def year_months(figure, name):
    """The months whose mean is that of a slice."""
    fiscal, year = name
    if figure.fiscal:
        return [month for month in range(year * 12 - 24, year * 12 + 36) if fiscal_year(month) == fiscal]
    return range(year * 12, year * 12 + 12)


def half_even(value, unit=1):
    return round(Fraction(value) / unit) * unit


def factor(figure, name, base_year):
    """What multiplies the slice NAME."""
    return mean(range(base_year * 12, base_year * 12 + 12)) / mean(year_months(figure, name)) if base_year else 1


def cents(dollars, figure, base_year, only=...):
    """(mean, least, greatest) of what of DOLLARS, dated as the figure, falls to the fiscal year ONLY, in whole cents."""
    printed = dollars * 100
    if not figure.dated:
        return (printed,) * 3 if only in (..., None) else (0,) * 3
    whole, passed, total, known = len(figure.months()), 0, 0, act_year(figure)
    for name, months in figure.slices():
        share = printed * (passed + len(months)) // whole - printed * passed // whole
        passed += len(months)
        if only in (..., name[0]) or (figure.act and only == known):
            total += half_even(share * factor(figure, name, base_year))
    if not figure.act:
        return total, total, total
    wholes = [half_even(printed * factor(figure, name, base_year)) for name, _ in figure.slices()]
    return total, min(total, *wholes), max(total, *wholes)


def act_year(figure):
    """The fiscal year of an act, None where it may be one of several."""
    years = {name for (name, _), _ in figure.slices()}
    return years.pop() if len(years) == 1 else None


def unit_of(amount, digits):
    """The value of the last significant digit, of at least three, in cents."""
    return max(100, 10 ** max(len(str(amount)) - max(digits, 3), 0))


def floor(value, unit):
    return value // unit * unit


def ceiling(value, unit):
    return -(-value // unit) * unit


# Choice

class Web:
    """All figures and what editors say about them."""

    def __init__(self, records):
        self.figures = {record["id"]: Figure(record) for record in records}
        self.ties = [(type_, record["id"], relation["target"]) for record in records for relation in record["relations"]
                     for type_ in [relation["type"]]]
        self.rivals = {id: {id} for id in self.figures}
        for type_, a, b in self.ties:
            if type_ == "alternative-of":
                both = self.rivals[a] | self.rivals[b]
                for id in both:
                    self.rivals[id] = both

    def wholes(self, id, seen=()):
        """The figures of which one is a part, by way of rivals too."""
        found = set()
        for type_, part, whole in self.ties:
            if type_ == "part-of" and part in self.rivals[id] and whole not in seen:
                found |= self.rivals[whole] | self.wholes(whole, {*seen, *self.rivals[whole]})
        return found

    def overlap(self, a, b):
        x, y = self.figures[a], self.figures[b]
        same = all(x.record[key] == y.record[key] for key in ("donor", "recipient"))
        told = ("overlaps", a, b) in self.ties or ("overlaps", b, a) in self.ties
        return told or (same and bool(x.kinds() & y.kinds()) and x.same_time(y))

    def without_parts(self, ids):
        """(the figures that are no parts, {part: a whole})"""
        dropped = {}
        for id in ids:
            for other in sorted(ids):
                is_part = other in self.wholes(id) and other not in self.rivals[id]
                mutual = id in self.wholes(other)
                if is_part and (not mutual or min(self.rivals[other]) < min(self.rivals[id])):
                    dropped[id] = other
                    break
        return [id for id in ids if id not in dropped], dropped

    def choose(self, ids):
        """{id: (verdict, id instead)} for the figures of one row."""
        left, dropped = self.without_parts(ids)
        verdicts = {part: ("part-of", whole) for part, whole in dropped.items()}
        units = {}
        for id in left:
            group = sorted(self.rivals[id] & set(left))
            units[min(group, key=lambda each: (-len(self.figures[each].days), each))] = group
        used = set()
        for component in self.components(units):
            used |= set(self.best(component, units))
        for face, group in units.items():
            against = face if face in used else min(u for u in used if self.units_overlap(units[face], units[u]))
            for id in group:
                verdicts[id] = (("used" if id == face else "alternative-of") if face in used else "overlaps", against)
        return verdicts

    def units_overlap(self, a, b):
        return any(self.overlap(x, y) for x in a for y in b)

    def components(self, units):
        left = sorted(units)
        while left:
            component, grown = {left[0]}, True
            while grown:
                more = {u for u in left if u not in component and
                        any(self.units_overlap(units[u], units[v]) for v in component)}
                component |= more
                grown = bool(more)
            yield sorted(component)
            left = [u for u in left if u not in component]

    def best(self, component, units):
        """Of all sets without an overlap to which nothing can be added: most days, fewest figures, least ids."""
        def apart(chosen):
            return not any(self.units_overlap(units[a], units[b]) for a, b in combinations(chosen, 2))

        free = [chosen for size in range(1, len(component) + 1) for chosen in combinations(component, size) if apart(chosen)]
        full = [chosen for chosen in free if not any(set(chosen) < set(other) for other in free)]
        return min(full, key=lambda chosen: (-len(set().union(*(self.figures[id].days for u in chosen for id in units[u]))),
                                             len(chosen), chosen))


# Rows

def works(record):
    found = []
    for citation in record["citations"]:
        if "amount_usd" in citation["supports"] and citation["reference"] not in found:
            found.append(citation["reference"])
    return found or [None]


def shared_category(web, id, ids):
    """Rivals stand under one category: that of the first which has one."""
    def nature(other):
        return web.figures[other].record["stage"], web.figures[other].reimbursement

    told = [web.figures[other].record["category"] for other in sorted(web.rivals[id] & set(ids)) if nature(other) == nature(id)]
    return next((category for category in told if category != "unspecified"), "unspecified")


def groups(web, ids, keys):
    found = {}
    for id in ids:
        figure = web.figures[id]
        for work in works(figure.record) if "reference" in keys else [None]:
            told = {**figure.record, "reference": work, "category": shared_category(web, id, ids)}
            values = tuple(told[key] if key in keys else None for key in KEYS)
            found.setdefault((values, figure.record["stage"], figure.reimbursement), []).append(id)
    return found


def row(web, verdicts, base_year, only):
    """The amounts of one row. Rivals are the same money: the one that counts dates them all."""
    dated_as = {id: web.figures[instead if verdict == "alternative-of" else id] for id, (verdict, instead) in verdicts.items()}
    inside = {id: verdict for id, verdict in verdicts.items() if only is ... or touches(dated_as[id], only)}
    amounts = {id: cents(web.figures[id].record["amount_usd"], dated_as[id], base_year, only) for id in inside}
    counted = {id: [other for other, (verdict, instead) in inside.items() if other == id or
                    (verdict == "alternative-of" and instead == id)] for id, (verdict, _) in inside.items() if verdict == "used"}
    every = [id for group in counted.values() for id in group]
    spread = any(is_spread(dated_as[id], base_year, only) for id in every)
    coarsest = max([unit_of(amounts[id][0], web.figures[id].record["significant_digits"]) for id in every], default=1)
    exact = sum(amounts[id][0] for id in counted)
    least = sum(min(amounts[id][1] for id in group) for group in counted.values())
    greatest = sum(max(amounts[id][2] for id in group) for group in counted.values())

    def shown(amount, rounding):
        if not counted:
            return None
        return half_even(rounding(amount, min(coarsest, unit_of(amount, 3))) if base_year or spread else amount, 100) // 100

    return {
        "amount_usd": shown(exact, half_even), "exact_usd": half_even(exact, 100) // 100 if counted else None,
        "least_usd": shown(least, floor), "greatest_usd": shown(greatest, ceiling),
        "amount_usd_low": shown(least, floor) if all(web.figures[id].low is not None for id in every) else None,
        "amount_usd_high": shown(greatest, ceiling) if all(web.figures[id].high is not None for id in every) else None,
        "rounded_to": min(coarsest, unit_of(exact, 3)) // 100 if counted and (base_year or spread) else None, "spread": spread,
        "within": any(is_within(dated_as[id], base_year) for id in every),
        "used": sorted(counted),
        "left_out": sorted((id, *verdict) for id, verdict in inside.items() if verdict[0] != "used")}


def touches(figure, only):
    if figure.dated and figure.act:
        return only == act_year(figure)
    return only in {name for (name, _), _ in figure.slices()} if figure.dated else only is None


def own_years(figure):
    """Of the kind that the source counts in."""
    return {name if figure.fiscal else year for (name, year), _ in figure.slices()}


def is_spread(figure, base_year, only):
    if not figure.dated or figure.act:
        return False
    fiscal = {name for (name, _), _ in figure.slices()}
    return (only is not ... and len(fiscal) > 1) or (bool(base_year) and len(own_years(figure)) > 1)


def is_within(figure, base_year):
    return bool(base_year) and figure.dated and figure.act and len(own_years(figure)) > 1


def totals(web, ids, keys=(), base_year=0, asked=Asked()):
    """Every row as a dict, in no order."""
    rows = []
    for (values, stage, reimbursement), members in groups(web, ids, keys).items():
        dated = [id for id in members if not base_year or web.figures[id].dated]
        verdicts = web.choose(dated) | {id: ("undated", None) for id in members if id not in dated}
        years = [...]
        if "fiscal_year" in keys:
            years = sorted({name for id in members for (name, _), _ in web.figures[id].slices()}, key=fiscal_order)
            years = [*filter(asked.takes_year, years), None]
        for year in years:
            one = row(web, verdicts, base_year, year)
            if year is ... or one["used"] or one["left_out"]:
                rows.append({**dict(zip(KEYS, values)), "stage": stage, "reimbursement": reimbursement,
                             "fiscal_year": None if year is ... else year, **one})
    return rows


def served(row):
    """A row of the service in the shape of the rows here."""
    kept = [*KEYS, "stage", "reimbursement", "fiscal_year", "amount_usd", "exact_usd", "least_usd", "greatest_usd",
            "amount_usd_low", "amount_usd_high", "rounded_to", "spread", "within"]
    return {**{key: row[key] for key in kept}, "used": [each["id"] for each in row["used"]],
            "left_out": sorted((each["id"], each["reason"], each["instead"]) for each in row["left_out"])}
