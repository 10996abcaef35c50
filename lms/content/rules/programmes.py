"""What profiles, programmes, scorecards and tracks must meet."""

from collections.abc import Container, Iterable, Iterator

from lms.content.rules.library import (
    Gate,
    Library,
    Place,
    Profile,
    ProfilePoint,
    Programme,
    Quiz,
    Scorecard,
    Stage,
    Track,
)
from lms.content.rules.names import Names
from lms.courses.rules.findings import N_, Finding, error, warning
from lms.quizzes.rules.blueprint import BankItem, Cell, clashes, stock

CRITERIA = (8, 15)
CRITICAL = (2, 3)


def check(library: Library, names: Names) -> Iterator[Finding]:
    """Yield what is wrong with everything but the courses of `library`."""
    for profile in library.profiles:
        yield from _profile(profile, names)
    quizzes: set[str] = set()
    for programme in library.programmes:
        yield from _programme(programme, names)
        for quiz in programme.quizzes:
            if quiz.slug in quizzes:
                yield _found(quiz.place, N_("A quiz “%(name)s” exists already."), name=quiz.slug)
            quizzes.add(quiz.slug)
    for scorecard in library.scorecards:
        yield from _scorecard(scorecard)
    for track in library.tracks:
        yield from _track(track, names)


def _found(place: Place, template: str, **values: str | int) -> Finding:
    return error(place.line, template, file=place.file, **values)


def _unknown(place: Place, template: str, names: Iterable[str], known: Container[str]) -> Iterator[Finding]:
    for name in names:
        if name not in known:
            yield _found(place, template, name=name)


def _twice(things: Iterable[Stage | Quiz | Gate | ProfilePoint]) -> Iterator[Finding]:
    seen: set[str] = set()
    for thing in things:
        if thing.slug in seen:
            yield _found(thing.place, N_("“%(name)s” exists twice."), name=thing.slug)
        seen.add(thing.slug)


def _profile(profile: Profile, names: Names) -> Iterator[Finding]:
    if not profile.points:
        yield _found(profile.place, N_("The profile has no points."))
    yield from _twice(profile.points)
    for point in profile.points:
        yield from _unknown(point.place, N_("There is no lesson “%(name)s”."), point.lessons, names.lessons)
        yield from _unknown(point.place, N_("There is no question “%(name)s”."), point.questions, names.questions)
        if point.minimum and not point.questions:
            yield _found(point.place, N_("No question confirms the minimum point “%(name)s”."), name=point.slug)
        for ref in point.questions:
            question = names.questions.get(ref)
            if question is not None and question.competency != point.slug:
                yield warning(
                    point.place.line,
                    N_("Question %(ref)s is of the competency “%(other)s”."),
                    file=point.place.file,
                    ref=ref,
                    other=question.competency,
                )


def _programme(programme: Programme, names: Names) -> Iterator[Finding]:
    if programme.post not in names.profiles:
        yield _found(programme.place, N_("There is no profile “%(name)s”."), name=programme.post)
    if not programme.stages:
        yield _found(programme.place, N_("The programme has no stages."))
    for things in (programme.stages, programme.quizzes, programme.gates):
        yield from _twice(things)
    yield from _days(programme)
    for stage in programme.stages:
        yield from _unknown(stage.place, N_("There is no course “%(name)s”."), stage.courses, names.courses)
    for quiz in programme.quizzes:
        yield from _quiz(quiz, names)
    for gate in programme.gates:
        yield from _gate(gate, programme, names)


def _days(programme: Programme) -> Iterator[Finding]:
    last = 0
    for stage in programme.stages:
        if stage.first_day <= last:
            yield _found(stage.place, N_("The stage begins before the one above it has ended."))
        if stage.last_day > programme.calendar["days"]:
            yield _found(stage.place, N_("The stage ends after the last day of the calendar."))
        last = stage.last_day


def _quiz(quiz: Quiz, names: Names) -> Iterator[Finding]:
    yield from _unknown(quiz.place, N_("There is no course “%(name)s”."), quiz.courses, names.courses)
    there = sum(names.questions_of.get(course, 0) for course in quiz.courses)
    if quiz.draw > there:
        yield _found(
            quiz.place,
            N_("The quiz draws %(draw)s questions; its courses have %(there)s."),
            draw=quiz.draw,
            there=there,
        )
    yield from _quiz_more(quiz)
    yield from _blueprint(quiz, names)


def _quiz_more(quiz: Quiz) -> Iterator[Finding]:
    gate = quiz.purpose == "gate"
    if gate and quiz.more.get("pauses_allowed"):
        yield _found(quiz.place, N_("A gate is never paused."))
    if quiz.more.get("at_end") == "discard" and quiz.purpose != "practice":
        yield _found(quiz.place, N_("Only practice may be thrown away when time ends."))
    if not gate and quiz.more.get("borderline_percent"):
        yield _found(quiz.place, N_("Only a gate has a second form near the pass mark."))


def _blueprint(quiz: Quiz, names: Names) -> Iterator[Finding]:
    cells = tuple(Cell(**cell) for cell in quiz.more.get("blueprint", ()))
    if not cells:
        return
    total = sum(cell.count for cell in cells)
    if total != quiz.draw:
        template = N_("The blueprint sums to %(total)s questions; the quiz draws %(draw)s.")
        yield _found(quiz.place, template, total=total, draw=quiz.draw)
    for cell in clashes(cells):
        template = N_("The cell “%(name)s” at level %(level)s could take a question of a cell above it.")
        yield _found(quiz.place, template, name=cell.competency, level=cell.level)
    known = [Cell(cell.competency, 1, 1) for cell in cells]
    unknown = {cell.competency for cell in known if not any(cell.takes(name, 1) for name in names.competencies)}
    yield from _unknown(quiz.place, N_("No profile has a competency “%(name)s”."), sorted(unknown), ())
    held = [each for course in quiz.courses for each in names.asked.get(course, ())]
    items = [BankItem(n, competency, level) for n, (competency, level) in enumerate(held)]
    for line in stock(cells, items):
        if line.state == "short":
            template = N_("The cell “%(name)s” at level %(level)s draws %(count)s questions; there are %(have)s.")
            cell = line.cell
            facts: dict[str, str | int] = {"name": cell.competency, "level": cell.level, "count": cell.count}
            yield _found(quiz.place, template, **facts, have=line.have)


def _gate(gate: Gate, programme: Programme, names: Names) -> Iterator[Finding]:
    stages = {stage.slug for stage in programme.stages}
    quizzes = {quiz.slug for quiz in programme.quizzes}
    yield from _unknown(gate.place, N_("There is no stage “%(name)s”."), (gate.after_stage,), stages)
    if not gate.requirements:
        yield _found(gate.place, N_("The gate asks for nothing."))
    slugs: set[str] = set()
    for asked in gate.requirements:
        if asked.slug in slugs:
            yield _found(asked.place, N_("“%(name)s” exists twice."), name=asked.slug)
        slugs.add(asked.slug)
        facts = asked.facts
        yield from _unknown(asked.place, N_("There is no course “%(name)s”."), facts.get("courses", ()), names.courses)
        if "quiz" in facts:
            yield from _unknown(asked.place, N_("The programme has no quiz “%(name)s”."), (facts["quiz"],), quizzes)
        if "scorecard" in facts:
            known = names.scorecards
            yield from _unknown(asked.place, N_("There is no scorecard “%(name)s”."), (facts["scorecard"],), known)


def _scorecard(card: Scorecard) -> Iterator[Finding]:
    place = card.place
    if not card.criteria:
        yield _found(place, N_("The scorecard has no criteria."))
    elif not CRITERIA[0] <= len(card.criteria) <= CRITERIA[1]:
        count = len(card.criteria)
        yield warning(
            place.line, N_("The scorecard has %(count)s criteria; 8 to 15 work best."), file=place.file, count=count
        )
    critical = sum(criterion.critical for criterion in card.criteria)
    if card.criteria and not CRITICAL[0] <= critical <= CRITICAL[1]:
        yield warning(
            place.line, N_("%(count)s criteria are critical; 2 or 3 work best."), file=place.file, count=critical
        )
    slugs: set[str] = set()
    for criterion in card.criteria:
        if criterion.slug in slugs:
            yield _found(criterion.place, N_("“%(name)s” exists twice."), name=criterion.slug)
        slugs.add(criterion.slug)
        for score in {"0", "3"} - {score for score, _ in criterion.anchors}:
            yield _found(criterion.place, N_("The criterion lacks the anchor for %(score)s."), score=score)


def _track(track: Track, names: Names) -> Iterator[Finding]:
    rungs = [*track.rungs, *(rung for branch in track.branches for rung in branch.rungs)]
    if not track.rungs:
        yield _found(track.place, N_("The track has no rungs."))
    seen: set[str] = set()
    for rung in rungs:
        if rung.slug in seen:
            yield _found(rung.place, N_("“%(name)s” exists twice."), name=rung.slug)
        seen.add(rung.slug)
        gates = [criterion["gate"] for criterion in rung.criteria if "gate" in criterion]
        yield from _unknown(rung.place, N_("No programme has a gate “%(name)s”."), gates, names.gates)
    for branch in track.branches:
        known = {rung.slug for rung in track.rungs}
        yield from _unknown(branch.place, N_("The track has no rung “%(name)s”."), (branch.origin,), known)
