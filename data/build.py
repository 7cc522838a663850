"""Builds what is derived from installed packages: `python -m data.build`."""

from data.embedded import build_embedded_icd10cm
from data.home import Home


def main() -> None:
    build_embedded_icd10cm(Home.from_environment())


if __name__ == "__main__":
    main()
