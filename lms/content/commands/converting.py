"""What turns Markdown of another tool into a course."""

import click


@click.command()
def convert() -> None:
    """Make a course of Markdown that was written for another tool."""
