from pathlib import Path

import pytest

from tests.web import catalogue


def test_every_sentence_is_there_in_chinese(repository: Path) -> None:
    wrong = catalogue.faults(repository)
    lines = [line for file in sorted(wrong) for line in [f"\n{file} ({len(wrong[file])})", *wrong[file]]]
    assert not wrong, "\n".join(lines)


def test_the_sentences_are_found(repository: Path) -> None:
    found = catalogue.sentences(repository)
    assert "Skip to the content" in found
    assert "Please sign in first." in found
    assert ("%(num)s star of %(of)s", "%(num)s stars of %(of)s") in found


def test_two_catalogues_never_say_one_sentence_in_two_ways(tmp_path: Path, repository: Path) -> None:
    assert catalogue.translations(repository / "lms" / "translations" / "zh")[1] == []
    for name, chinese in (("a", "还没有"), ("b", "暂无")):
        head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        (tmp_path / f"{name}.po").write_text(f'{head}msgid "None"\nmsgstr "{chinese}"\n', encoding="utf-8")
    assert catalogue.translations(tmp_path)[1] == ["b.po: None: 暂无, but 还没有 in another catalogue"]


@pytest.mark.parametrize(
    ("forms", "chinese", "fault"),
    [
        (("Saved %(time)s",), "%(time)s 已保存", None),
        (("Saved %(time)s",), "已保存", "placeholders left out: ['time']"),
        (("Saved",), "%(time)s 已保存", "placeholders that nobody fills: ['time']"),
        (("%(num)s star", "%(num)s stars"), "%(num)s 颗星", None),
        (("One thing", "%(num)s things"), "有几处", None),
        (("At {time}",), "{time}", None),
    ],
)
def test_a_translation_that_does_not_fit_is_named(forms: tuple[str, ...], chinese: str, fault: str | None) -> None:
    assert catalogue.misfit(forms, chinese) == fault
