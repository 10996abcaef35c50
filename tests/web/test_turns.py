"""Long work of a process takes turns, and nobody waits for ever."""

from threading import Event, Thread

import pytest

from lms.web import in_turn, turns


def worked(order: list[str], name: str, begun: Event) -> Thread:
    """Begin long work in a thread of its own."""

    def work() -> None:
        begun.set()
        with in_turn():
            order.append(f"{name} begins")
            order.append(f"{name} ends")

    thread = Thread(target=work)
    thread.start()
    return thread


def test_long_work_goes_one_after_the_other() -> None:
    order: list[str] = []
    begun = Event()
    with in_turn():
        order.append("first begins")
        second = worked(order, "second", begun)
        begun.wait(10)
        order.append("first ends")
    second.join(10)
    assert order == ["first begins", "first ends", "second begins", "second ends"]


def test_who_has_waited_long_goes_on_without_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONGEST_WAIT", 0.01)
    order: list[str] = []
    with in_turn():
        worked(order, "second", Event()).join(10)
        order.append("first ends")
    assert order == ["second begins", "second ends", "first ends"]
    third = worked(order, "third", Event())
    third.join(10)
    assert order[-1] == "third ends"  # who had no turn gave none back


def test_a_turn_is_given_back_by_who_fails() -> None:
    with pytest.raises(RuntimeError), in_turn():
        raise RuntimeError
    assert not turns._turn.locked()
