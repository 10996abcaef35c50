"""Makes folders as other tools keep them: MkDocs, Docusaurus, GitBook, Hugo. Always the same ones.

Each thing that must arrive carries a word of its own (`kept00042`), so that a test can count what came through.
"""

from itertools import count
from pathlib import Path

from PIL import Image

TALK = (
    "The caller waits while you look, so say what you are doing and for how long.",
    "Read the address back slowly, street first, then house, then the floor.",
    "A promise that is kept is worth more than a kind guess that turns into a complaint.",
    "Write down the words that were used, not the ones that you would have liked.",
    "When two people call about the same street, look at the map before you open another order.",
    "Silence of more than ten seconds feels like a minute to somebody who sits in the dark.",
)


class Maker:
    """Writes pages and remembers every word that must arrive."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.numbers = count(1)
        self.kept: list[str] = []
        self.size = 0

    def word(self) -> str:
        """Return a word that must arrive exactly once."""
        self.kept.append(f"kept{next(self.numbers):05d}")
        return self.kept[-1]

    def talk(self, sentences: int = 3) -> str:
        """Return a paragraph with a word of its own."""
        start = next(self.numbers)
        said = [TALK[(start + n) % len(TALK)] for n in range(sentences)]
        return " ".join([*said, f"Remember {self.word()} here."])

    def write(self, path: str, text: str) -> None:
        """Write a file."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        self.size += len(text.encode())


def _common(maker: Maker, depth: int) -> str:
    """Return what all dialects share, below a heading of `depth`."""
    mark = "#" * depth
    word = maker.word
    note = next(maker.numbers)
    return f"""{mark} Section {word()}

{maker.talk()}
It goes on in the next line with *stress* and **weight** and `code == {word()}`.

- first {word()}
- second {word()}
    - nested {word()}
    - nested again {word()}

      a second paragraph {word()}
- [x] done {word()}
- [ ] open {word()}

1. one {word()}
2. two {word()}

    ```python
    if a == b:  # {word()}
        pass
    ```

3. three {word()}

> A quote {word()}
> that goes on
continued lazily {word()}

| Field | Meaning {word()} |
|:------|:-----:|
| street | {word()} \\| more |
| floor | `a|b` {word()} |

Term {word()}
: What it means {word()}

{mark}# Deeper {word()}

{maker.talk(2)} See [the other page](other.md#part) and [outside](https://example.com/a_(b) "title")
or <https://example.com/>.
A [reference][there], a footnote[^{note}], a formula $x^2 + y_1 = z$
and a <b>bold {word()}</b> tag<br/>with Array<string>.

[there]: https://example.com/there
[^{note}]: The note says {word()} at the end.

Setext {word()}
---------------

{maker.talk(2)}

    indented code {word()}

```mermaid
flowchart LR
    a[Place {word()}] --> b{{Danger?}}
    b -->|yes| c[Lead]
```

```mermaid
sequenceDiagram
    A->>B: {word()}
```

***

Price $5 and $6 stay, {word()}. #hashtag {word()}
"""


def mkdocs(maker: Maker, pages: int) -> None:
    """Write a folder of MkDocs Material."""
    nav = []
    for n in range(pages):
        maker.write(
            f"docs/part{n % 4}/page{n}.md",
            f"""---
title: "Page {n}: how we listen"
tags: [a, b]
---
# Page {n}: how we listen {{#top}}

[TOC]

{_common(maker, 2)}

!!! warning "Careful {maker.word()}"
    {maker.talk(1)}

    ```text
    a fence {maker.word()}
    ```

??? note
    Folded {maker.word()}

=== "First tab"
    Under the first {maker.word()}

=== "Second tab"
    Under the second {maker.word()}

Press ++ctrl+alt+del++ :material-check: and mark ==this {maker.word()}== now.
![A lamp](../img/lamp.png){{ width="300" }}
![gone](../img/none.png) ![](https://img.shields.io/badge.svg)

{_common(maker, 2)}
""",
        )
        nav.append(f"      - Chapter {n}: part{n % 4}/page{n}.md")
    lamp = maker.root / "docs/img/lamp.png"
    lamp.parent.mkdir(parents=True)
    Image.new("RGB", (2, 2), "white").save(lamp)
    maker.write("docs/left-out.md", "# Not listed\n\nNothing.")
    maker.write(
        "mkdocs.yml",
        "site_name: Listening\ntheme:\n  icon: !!python/name:material.x\nnav:\n  - Home:\n"
        + "\n".join(nav)
        + "\n      - gone.md\n",
    )


def docusaurus(maker: Maker, pages: int) -> None:
    """Write a folder of Docusaurus."""
    for n in range(pages):
        maker.write(
            f"guide/p{n}.mdx",
            f"""---
sidebar_position: {pages - n}
title: Guide {n}
---
import Tabs from '@theme/Tabs';

:::tip[A tip {maker.word()}]

{maker.talk(1)}

:::

:::danger Stop {maker.word()}
Inside {maker.word()}

- a list {maker.word()}
:::

<Tabs>
<TabItem value="a">

In a tab {maker.word()}

</TabItem>
</Tabs>

<details>
<summary>More {maker.word()}</summary>

Folded {maker.word()}

</details>

{_common(maker, 2)}

<script>alert(1)</script>
<table><tr><th>A {maker.word()}</th><th>B</th></tr><tr><td>1</td><td>{maker.word()}</td></tr></table>

{_common(maker, 3)}
""",
        )


def gitbook(maker: Maker, pages: int) -> None:
    """Write a folder of GitBook."""
    maker.write("SUMMARY.md", "# Summary\n\n" + "".join(f"* [Chapter {n}](c/{n}.md)\n" for n in range(pages)))
    for n in range(pages):
        maker.write(
            f"c/{n}.md",
            f"""# Chapter {n}

{{% hint style="warning" %}}
A hint {maker.word()}
{{% endhint %}}

> [!NOTE]
> An alert {maker.word()}

> [!IMPORTANT] With a title {maker.word()}
> and text {maker.word()}

{_common(maker, 2)}

<!-- a remark
over two lines -->

{_common(maker, 2)}
""",
        )


def hugo(maker: Maker, pages: int) -> None:
    """Write a folder of Hugo, in Chinese."""
    for n in range(pages):
        maker.write(
            f"content/{n}/_index.md",
            f"""+++
title = "第{n}章 倾听"
weight = {n}
+++

{{{{< figure src="x.png" >}}}}

# 接听之前 {maker.word()}

来电人等待时，请说清楚您正在做什么、大约要多久。{maker.word()} 核对地址时语速放慢，先说街道，再说门牌和楼层。

## 复述 {maker.word()}

==复述一遍==能避免派错单。{maker.word()} 复述是指用自己的话把来电内容再说一遍。

{_common(maker, 2)}
""",
        )


DIALECTS = {"mkdocs": (mkdocs, 100), "docusaurus": (docusaurus, 100), "gitbook": (gitbook, 110), "hugo": (hugo, 200)}
