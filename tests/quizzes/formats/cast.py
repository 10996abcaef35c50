"""Questions of ours that tests of formats share: one of each kind that travels."""

from lms.quizzes.rules.formats.items import Item
from lms.quizzes.rules.kinds.base import Parts, Text


def both(zh: str, en: str = "") -> Text:
    return {"zh": zh, "en": en or zh}


def options(*texts: Text) -> tuple[dict[str, object], ...]:
    return tuple({"id": "abcdef"[n], "text": text} for n, text in enumerate(texts))


WHY = both("因为 {这样}", "Because *so* #1")
STEM = both("**哪个**对?", "Which *one* ~ {is} = right: a_b?")
THREE = options(both("一", "one *x*"), both("二 -> 二", "two"), both("3%"))
SPARE = {"prompts": [{"id": "p1", "text": both("甲", "A")}, {"id": "p2", "text": both("乙", "B")}]}
GAPPED = both("答 [[1]] 又 [[2]]", "An [[1]] * and <x> [[2]].")
TYPED = {
    "gaps": [
        {"accept": both_forms}
        for both_forms in ({"zh": ["a}b", "~c"], "en": ["a}b", "~c"]}, {"zh": ["x"], "en": ["x"]})
    ]
}

ITEMS = {
    "single": Item(
        "single", STEM, Parts(THREE, key={"ids": ["b"]}), WHY, "cb-01-01", "t", 2, "greet-well", ("t1", "a b")
    ),
    "multiple": Item("multiple", STEM, Parts(THREE, {"partial": True}, {"ids": ["a", "c"]}), WHY),
    "multiple with one right": Item("multiple", STEM, Parts(THREE, {"partial": True}, {"ids": ["a"]}), WHY),
    "all or nothing": Item(
        "multiple", both("同\n\n- 甲\n- 乙", "Same\n\n- a\n- b"), Parts(THREE, {}, {"ids": ["a", "c"]}), WHY
    ),
    "hot list": Item("hot_list", STEM, Parts(THREE, {"partial": False}, {"ids": ["b"]}), WHY),
    "hot list by shares": Item("hot_list", STEM, Parts(THREE, {"partial": True}, {"ids": ["a", "c"]}), WHY),
    "true": Item("true_false", both("a &lt; b"), Parts(key={"ids": ["true"]}), WHY),
    "false": Item("true_false", STEM, Parts(key={"ids": ["false"]}), WHY),
    "numeric": Item("numeric", STEM, Parts(key={"value": -3.5, "tolerance": 0.1}), WHY),
    "unit": Item("numeric", STEM, Parts(key={"value": 40, "tolerance": 0}, unit=both("分钟", "minutes")), WHY),
    "short_text": Item("short_text", STEM, Parts(key={"accept": {"zh": ["a*", "%5"], "en": ["a*", "%5"]}}), WHY),
    "matching": Item(
        "matching", STEM, Parts(THREE, SPARE | {"partial": False}, {"pairs": {"p1": "a", "p2": "b"}}), WHY
    ),
    "matching by shares": Item(
        "matching", STEM, Parts(THREE, SPARE | {"partial": True}, {"pairs": {"p1": "a", "p2": "a"}}), WHY
    ),
    "ordering": Item("ordering", STEM, Parts(THREE, {}, {"order": ["a", "b", "c"]}), WHY),
    "ordering by shares": Item("ordering", STEM, Parts(THREE, {"partial": True}, {"order": ["a", "b", "c"]}), WHY),
    "typed gaps": Item(
        "cloze", both("填空", "Fill"), Parts((), {"text": GAPPED, "gaps": 2, "partial": True}, TYPED), WHY
    ),
    "picked gaps": Item(
        "cloze",
        both("填空", "Fill"),
        Parts(THREE, {"text": GAPPED, "gaps": 2, "partial": False}, {"gaps": [{"id": "b"}, {"id": "c"}]}),
        WHY,
    ),
}
