"""The `chartcode` command: it wires the rooms and holds no logic."""

import click


@click.group()
def main() -> None:
    """Suggests codes from clinical notes and predicts claim denials."""


if __name__ == "__main__":
    main()
