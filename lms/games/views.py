"""What is answered about games: the host's screen, the players' screens, and the stream that says "look again"."""

import segno
from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lms import clock, live
from lms.accounts.rules import Role
from lms.errors import Invalid, Refused, TooMany
from lms.games import actions, forms, queries
from lms.games.rules import State
from lms.games.sentences import sentence
from lms.web import address, allow, is_htmx, me, page, reading, see_other, signed_in, writing
from lms.web.events import event_stream
from lms.web.filters import local
from lms.web.forms import refuse

blueprint = Blueprint("games", __name__)
HOSTS = (Role.TRAINER, Role.ADVISER)


@blueprint.get("/games")
@allow(*HOSTS)
def games() -> Response:
    """List the classes that I can run a game for, and the games of late."""
    with reading() as session:
        classes = queries.classes(session, me())
        recent = queries.recent_games(session, me())
    return page("games/list.html", classes=classes, recent=recent)


@blueprint.route("/games/new/<int:class_id>", methods=["GET", "POST"])
@allow(*HOSTS)
def open_game(class_id: int) -> Response:
    """Choose what a game asks, and open its lobby."""
    with reading() as session:
        training_class = queries.hosted_class(session, class_id, me())
        courses = queries.courses(session, training_class)
    form = forms.SetupForm([(line.course.id, _label(line)) for line in courses])
    if request.method == "POST" and form.validate():
        try:
            with writing() as session:
                game = actions.open_game(session, me(), class_id, form.value(), now=clock.now())
            return see_other("games.host", game_id=game.id)
        except Invalid as error:
            refuse(form.courses, sentence(error))
    status = 422 if request.method == "POST" else 200
    return page("games/new.html", training_class=training_class, form=form, courses=courses, status=status)


def _label(line: queries.CourseLine) -> str:
    return str(_("%(course)s (%(count)s questions)", course=local(line.course), count=line.questions))


@blueprint.get("/games/<int:game_id>/host")
@allow(*HOSTS)
def host(game_id: int) -> Response:
    """Show the game as it stands, for the wall."""
    return _host(game_id)


def _host(game_id: int, problem: str = "", status: int = 200) -> Response:
    now = clock.now()
    with reading() as session:
        game = queries.hosted_game(session, game_id, me())
        over = queries.overdue(session, game, now=now)
    _close(game_id, over=over)
    with reading() as session:
        game = queries.hosted_game(session, game_id, me())
        board = queries.board(session, game, hosts=True)
        names = queries.player_names(session, game) if game.state == State.LOBBY else []
    link = address("games.play", code=game.code)
    return page(
        "games/host.html",
        fragment="games/_host.html",
        board=board,
        game=game,
        names=names,
        now=now,
        problem=problem,
        link=link,
        qr=segno.make(link, error="m", micro=False).svg_data_uri(border=1, scale=6),
        status=_status(problem, status),
    )


def _status(problem: str, status: int) -> int:
    return 422 if problem and is_htmx() else status  # a fragment is put in its place for this one only


def _close(game_id: int, *, over: bool) -> None:
    """Close the open question if its time is over; whoever looks first after the deadline does it."""
    if over:
        with writing() as session:
            actions.close_if_over(session, game_id, now=clock.now())


@blueprint.post("/games/<int:game_id>/steps")
@allow(*HOSTS)
def step_game(game_id: int) -> Response:
    """Make a move of the host."""
    move, step = forms.move()
    if move is None:
        raise Invalid(field="move")
    try:
        with writing() as session:
            actions.step_game(session, game_id, me(), move, step=step, now=clock.now())
    except Refused as error:
        return _host(game_id, sentence(error), error.status)
    return _host(game_id) if is_htmx() else see_other("games.host", game_id=game_id)


@blueprint.route("/play", methods=["GET", "POST"])
@allow(Role.LEARNER)
def play() -> Response:
    """Type the code on the screen and join."""
    form = forms.CodeForm()
    if request.method == "GET":
        form.code.data = request.args.get("code", "")[:20]
        return page("games/join.html", form=form)
    if form.validate():
        try:
            with writing() as session:
                game = actions.join_game(session, me().id, form.code.data or "", now=clock.now())
            if game is not None:
                return see_other("games.game", game_id=game.id)
            refuse(form.code, _("No game of your class has this code just now. Look at the screen once more."))
        except TooMany as error:
            refuse(form.code, sentence(error))
            return page("games/join.html", form=form, status=error.status)
    return page("games/join.html", form=form, status=422)


@blueprint.get("/games/<int:game_id>")
@allow(Role.LEARNER)
def game(game_id: int) -> Response:
    """Show the game as it stands, to one who plays."""
    return _game(game_id)


def _game(game_id: int, problem: str = "", status: int = 200) -> Response:
    now = clock.now()
    with reading() as session:
        played = queries.played_game(session, game_id, me().id)
        over = queries.overdue(session, played, now=now)
    _close(game_id, over=over)
    with reading() as session:
        played = queries.played_game(session, game_id, me().id)
        board = queries.board(session, played, hosts=False, player_id=me().id)
        mine = queries.mine(session, played, me().id)
        practise = queries.to_practise(session, played, me().id) if played.state == State.FINISHED else []
    return page(
        "games/game.html",
        fragment="games/_game.html",
        board=board,
        game=played,
        mine=mine,
        practise=practise,
        now=now,
        problem=problem,
        status=_status(problem, status),
    )


@blueprint.post("/games/<int:game_id>/answers")
@allow(Role.LEARNER)
def submit_answer(game_id: int) -> Response:
    """Keep a player's answer; the first counts."""
    position, response = forms.answer()
    problem = None
    try:
        with writing() as session:
            actions.submit_answer(session, game_id, me().id, position, response, now=clock.now())
    except (Refused, Invalid) as error:
        problem = error
    if problem is not None:
        return _game(game_id, sentence(problem), problem.status)
    return _game(game_id) if is_htmx() else see_other("games.game", game_id=game_id)


@blueprint.get("/games/<int:game_id>/events")
@signed_in
def events(game_id: int) -> Response:
    """Say to whoever hosts or plays that the game went on; what it is now, they fetch."""
    with reading() as session:
        _watched, hosts = queries.watched_game(session, game_id, me())
        heard = queries.channels(game_id, hosts=hosts)
        found = live.versions(session, heard)
    return event_stream(heard, found, f"game {game_id}, person {me().id}")
