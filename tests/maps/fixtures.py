"""Writes FreeMind files as FreeMind and Freeplane write them, one for each habit: `python -m tests.maps.fixtures`.

The words are our own; the forms were read off what both programs save.
"""

from pathlib import Path

FOLDER = Path(__file__).parent / "files"
HEAD = (
    '<map version="1.0.1">\n<!-- To view this file, download free mind mapping software FreeMind '
    "from http://freemind.sourceforge.net -->\n"
)
FREEPLANE = (
    '<map version="freeplane 1.11.5">\n<!--To view this file, download free mind mapping software Freeplane '
    "from https://www.freeplane.org -->\n"
)
STAMP = 'CREATED="1742180400000" ID="ID_{n}" MODIFIED="1742180460000"'


def node(text: str, inside: str = "", n: int = 1, more: str = "") -> str:
    """Return a node as FreeMind writes it."""
    return f'<node {STAMP.format(n=n)} {more} TEXT="{text}">\n{inside}</node>\n'


def html(kind: str, body: str) -> str:
    """Return rich content as both write it, spread over lines."""
    return (
        f'<richcontent TYPE="{kind}"><html>\n  <head>\n    \n  </head>\n  <body>\n{body}\n  </body>\n</html>\n'
        "</richcontent>\n"
    )


def files() -> dict[str, bytes]:
    """Return each file by its name."""
    call = node("Opening", n=2, more='POSITION="right"') + node("Promise", node("City: 45 minutes", n=4), n=3)
    texts = {
        "01-plain": HEAD + node("The repair call", call) + "</map>\n",
        "02-numeric-characters": HEAD
        + node("&#x62a5;&#x4fee;&#x6765;&#x7535;", node("&#xe4;&#246;&#252;", n=2))
        + "</map>",
        "03-folded": HEAD
        + node("Call", node("Closing", node("Say it back", n=3), n=2, more='FOLDED="true"'))
        + "</map>",
        "04-links": HEAD
        + node(
            "Links",
            node("Site", n=2, more='LINK="https://power.example/help?a=1&amp;b=2"')
            + node("Mail", n=3, more='LINK="mailto:desk@power.example"')
            + node("Here", n=4, more='LINK="#ID_2"')
            + node("Beside", n=5, more='LINK="other%20map.mm"'),
        )
        + "</map>",
        "05-rich-node": HEAD
        + f'<node ID="ID_1">\n{html("NODE", "    <p>The <b>repair</b> call</p>")}{node("Leaf", n=2)}</node></map>',
        "06-rich-note": HEAD
        + node(
            "Promise",
            html(
                "NOTE",
                "    <p>\n      City: 45 minutes\n    </p>\n    <p>\n      \n    </p>\n"
                "    <p>\n      Suburb: 90 minutes\n    </p>",
            ),
        )
        + "</map>",
        "07-rich-list": HEAD
        + node("Danger", html("NOTE", "<ul><li>wire down</li><li>smoke</li><li>water<br/>in the cellar</li></ul>"))
        + "</map>",
        "08-rich-table": HEAD
        + f"<node>{html('NODE', '<table><tr><td><p>City</p></td><td><p>45</p></td></tr></table>')}</node></map>",
        "09-icons": HEAD
        + node(
            "Icons", '<icon BUILTIN="idea"/>\n<icon BUILTIN="full-1"/>\n' + node("Leaf", '<icon BUILTIN="flag"/>', 2)
        )
        + "</map>",
        "10-edges-and-fonts": HEAD
        + node(
            "Looks",
            '<edge STYLE="sharp_bezier" COLOR="#808080" WIDTH="thin"/>\n'
            '<font NAME="SansSerif" BOLD="true" SIZE="14"/>\n',
            more='COLOR="#338800" STYLE="bubble"',
        )
        + "</map>",
        "11-cloud": HEAD + node("Cloud", '<cloud COLOR="#ffff99"/>\n' + node("Inside", n=2)) + "</map>",
        "12-attributes": HEAD
        + '<attribute_registry SHOW_ATTRIBUTES="all"/>\n'
        + node(
            "Step",
            '<attribute_layout NAME_WIDTH="60"/>\n'
            '<attribute NAME="owner" VALUE="desk"/>\n<attribute NAME="due" VALUE="45"/>\n',
        )
        + "</map>",
        "13-arrows": HEAD
        + node(
            "Arrows",
            node("From", '<arrowlink DESTINATION="ID_3" STARTARROW="None" ENDARROW="Default"/>\n', 2)
            + node("To", '<linktarget SOURCE="ID_2"/>', 3),
        )
        + "</map>",
        "14-old-note-hook": HEAD
        + node(
            "Old",
            '<hook NAME="accessories/plugins/NodeNote.properties">\n<text>First line\nSecond line</text>\n</hook>\n',
        )
        + "</map>",
        "15-pictures": HEAD
        + node(
            "Pictures",
            '<hook URI="meter.png" SIZE="1.0" NAME="ExternalObject"/>\n'
            + node("In text", html("NOTE", '<p>See <img src="plan.png"/> here</p>'), 2),
        )
        + "</map>",
        "16-line-ends": HEAD + node("Two&#xa;lines", node("And&#xd;&#xa;more", n=2)) + "</map>",
        "17-named-characters": HEAD
        + node("Caf&eacute;&nbsp;&mdash; open", html("NOTE", "<p>&ldquo;Yes&rdquo; &amp; &hellip; &lt;b&gt;</p>"))
        + "</map>",
        "18-freeplane-details": FREEPLANE
        + '<node TEXT="Plane" FOLDED="false" ID="ID_1" STYLE="oval">\n<font SIZE="18"/>\n'
        '<hook NAME="MapStyle" background="#fff">\n<properties show_icon_for_attributes="true"/>\n'
        '<map_styles><stylenode LOCALIZED_TEXT="styles.root_node"/></map_styles>\n</hook>\n'
        '<hook NAME="AutomaticEdgeColor" COUNTER="3"/>\n'
        '<richcontent TYPE="DETAILS" CONTENT-TYPE="xml/"><html><body><p>The details</p></body></html></richcontent>\n'
        + node(
            "Leaf",
            '<richcontent CONTENT-TYPE="xml/" TYPE="NOTE"><html><body><p>The note</p></body></html></richcontent>',
            2,
        )
        + "</node></map>",
        "19-freeplane-text-types": FREEPLANE
        + '<node TEXT="Formats" ID="ID_1"><node FORMAT="markdownPatternFormat" TEXT="**bold**" ID="ID_2"/>'
        '<node LOCALIZED_TEXT="new_node" ID="ID_3"/><node TEXT="" ID="ID_4"/></node></map>',
        "20-encrypted": HEAD + node("Vault", node("Locked", n=2, more='ENCRYPTED_CONTENT="n0t rea1ly"')) + "</map>",
        "21-declared": '<?xml version="1.0" encoding="UTF-8"?>\n' + HEAD + node("声明", node("一层", n=2)) + "</map>",
        "22-dangerous-links": HEAD
        + node(
            "Danger",
            node("a", n=2, more='LINK="javascript:alert(1)"')
            + node("b", n=3, more='LINK="data:text/html,x"')
            + node("c", n=4, more='LINK=" JaVa&#x9;script:x"')
            + node("d", html("NOTE", "<p>x</p><script>alert(1)</script><style>p{}</style>"), 5),
        )
        + "</map>",
        "23-wide": HEAD + node("Wide", "".join(node(f"Leaf {n}", n=n) for n in range(2, 400))) + "</map>",
        "24-deep": HEAD + "".join(f'<node TEXT="{n}">' for n in range(50)) + "</node>" * 50 + "</map>",
    }
    made = {f"{name}.mm": text.encode() for name, text in texts.items()}
    gbk = (
        HEAD.replace("<map", '<?xml version="1.0" encoding="GBK"?>\n<map', 1)
        + node("报修来电", node("四声之内", n=2))
        + "</map>"
    )
    made["25-gbk.mm"] = gbk.encode("gbk")
    made["26-utf-16.mm"] = (HEAD + node("Ümläut", node("雨", n=2)) + "</map>").encode("utf-16")
    made["27-latin.mm"] = (HEAD + node("Stra\xdfe, gr\xfcn \xe9", n=1) + "</map>").encode("cp1252")
    return made


def write(folder: Path = FOLDER) -> None:
    """Write every file into `folder`."""
    folder.mkdir(exist_ok=True)
    for name, data in files().items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    write()
