"""Reads the operations manual and the glossary: manual/<slug>/page.zh.md and page.en.md, glossary.yaml."""

from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from lms.content.ondisk.located import SLUG, File, Table, read_table
from lms.content.ondisk.tree import Tree
from lms.content.rules.library import Place
from lms.courses.rules import front_matter
from lms.courses.rules.findings import N_, error, warning
from lms.knowledge.rules import manual
from lms.knowledge.rules.glossary import LONGEST_TERM, LONGEST_TEXT, MOST_SPELLINGS, Term
from lms.knowledge.rules.manual import KINDS, LONGEST_TITLE, Page

FOLDER = "manual"
GLOSSARY = "glossary.yaml"
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class _Side:
    """A page in one language."""

    title: str
    facts: tuple[str, tuple[str, ...], str, date]  # kind, posts, owner, review_by: the same in both languages
    body: str


def read_manual(tree: Tree) -> tuple[Page, ...]:
    """Return the pages of the manual by name; what cannot be read is a finding."""
    known = {f"page.{language}.md" for language in LANGUAGES}
    for file in tree.files:
        path = PurePosixPath(file)
        if path.parts[0] == FOLDER and (len(path.parts) != 3 or path.name not in known):  # noqa: PLR2004  # manual/x/y
            tree.findings.append(warning(1, N_("This file is not part of the manual and is passed over."), file=file))
    return tuple(page for slug in tree.names(FOLDER) if (page := _page(tree, slug)) is not None)


def _page(tree: Tree, slug: str) -> Page | None:
    folder = f"{FOLDER}/{slug}"
    if not SLUG.match(slug) or len(slug) > 80 or slug == "new":  # noqa: PLR2004  # the column
        why = N_("A folder's name is lower-case Latin letters, digits and hyphens.")
        tree.findings.append(error(1, why, file=folder))
        return None
    zh, en = (_side(tree, f"{folder}/page.{language}.md") for language in LANGUAGES)
    if zh is None or en is None:
        return None
    if zh.facts != en.facts:
        why = N_("Kind, posts, owner and review_by must be the same in both languages.")
        tree.findings.append(error(1, why, file=f"{folder}/page.en.md"))
    kind, posts, owner, review_by = zh.facts
    place = Place(f"{folder}/page.zh.md")
    return Page(slug, kind, posts, owner, review_by, zh.title, en.title, zh.body, en.body, place)


def _side(tree: Tree, name: str) -> _Side | None:
    if name not in tree.files:
        tree.findings.append(error(1, N_("The page lacks this translation."), file=name))
        return None
    text = tree.text(name)
    if text is None:
        return None
    head, lines, first = front_matter.split(text)
    if head is None:
        tree.findings.append(error(1, N_("A page begins with a head between two lines “---”."), file=name))
        return None
    body = "\n".join(lines).strip("\n") + "\n"
    first += next((n for n, line in enumerate(lines) if line.strip()), 0)
    tree.findings.extend(found.within(name) for found in manual.findings(body, first))

    def take(table: Table) -> _Side:
        facts = (
            table.one_of("kind", KINDS),
            table.slugs("posts") if table.has("posts") else (),
            table.text("owner", 120),
            table.day("review_by"),
        )
        return _Side(table.text("title", LONGEST_TITLE), facts, body)

    made: _Side | None = read_table("\n" + "\n".join(head) + "\n", File(name, tree.findings), take)
    return made


def read_glossary(tree: Tree) -> tuple[Term, ...]:
    """Return the terms of the glossary by name; none where there is no such file."""
    if GLOSSARY not in tree.files:
        return ()
    text, file = tree.text(GLOSSARY), File(GLOSSARY, tree.findings)
    if text is None:
        return ()
    made: tuple[Term, ...] | None = read_table(text, file, lambda table: tuple(map(_term, table.tables("terms"))))
    seen: dict[str, int] = {}
    for term in made or ():
        if term.slug in seen:
            file.error(term.place.line, N_("The term “%(name)s” is written twice."), name=term.slug)
        seen.setdefault(term.slug, term.place.line)
    return tuple(sorted(made or (), key=lambda term: term.slug))


def _term(row: Table) -> Term:
    also = row.texts("also", LONGEST_TERM) if row.has("also") else ()
    if len(also) > MOST_SPELLINGS:
        why = N_("A term has at most %(most)s other spellings.")
        row.file.error(row.line_of("also"), why, most=MOST_SPELLINGS)
    name, said = row.both("term", LONGEST_TERM), row.both("text", LONGEST_TEXT)
    term = Term(row.slug("slug"), name.zh, name.en, tuple(dict.fromkeys(also)), said.zh, said.en, row.place)
    row.done()
    return term
