"""Takes the README's picture of the workbench from a running demo: docs/picture.py URL NAME PASSWORD.

It decides two codes of the diabetes visit, so start it on a fresh CHARTCODE_HOME. Needs Chromium.
"""

import os
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).parent / "workbench.png"
ENCOUNTER = "/coding/demo-office-diabetes-ckd"


def take_picture(url: str, name: str, password: str) -> None:
    executable = os.environ.get("CHARTCODE_CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--headless", "--no-sandbox"])
        page = browser.new_page(base_url=url, viewport={"width": 1400, "height": 820}, reduced_motion="reduce")
        page.goto(f"/sign-in?next={ENCOUNTER}")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(password)
        page.keyboard.press("Enter")
        page.locator(".row-main:focus").wait_for()
        for key in ("j", "a", "a", "k", "k", "k"):
            page.keyboard.press(key)
        page.wait_for_timeout(1000)
        picture = Image.open(BytesIO(page.screenshot()))
        browser.close()
    picture.convert("RGB").quantize(method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        PICTURE, optimize=True
    )


if __name__ == "__main__":
    take_picture(*sys.argv[1:4])
