"""Takes the README's screenshots of the site that `make run` has started.

make screenshots PORT=8000
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path("docs/screenshots")
PASSWORD = "demo"  # noqa: S105 (the demo tells it to everybody)
PROGRAMS = ("chromium-headless-shell", "chromium")


def main() -> None:
    site = f"http://127.0.0.1:{sys.argv[1]}"
    FOLDER.mkdir(parents=True, exist_ok=True)
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        buyer = signed_in(browser, site, "buyer@example.com")
        take(buyer, f"{site}/purchases/", "purchases")
        buyer.get_by_role("link", name="Refund", exact=True).first.click()
        buyer.get_by_role("dialog").wait_for()
        save(buyer, "refund-dialog")
        take(buyer, f"{site}/billing/transactions/?kind=refund", "transactions")
        vendor = signed_in(browser, site, "vendor@example.com")
        take(vendor, f"{site}/vendor/refunds/", "vendor-queue")
        vendor.locator("a.cell-main").last.click()
        save(vendor, "vendor-case")
        phone = signed_in(browser, site, "buyer@example.com", width=390, locale="zh-CN")
        take(phone, f"{site}/purchases/", "phone-chinese")
        browser.close()


def signed_in(
    browser: Browser, site: str, email: str, *, width: int = 1280, locale: str = "en"
) -> Page:
    """A window in which somebody has signed in."""
    page = browser.new_page(viewport={"width": width, "height": 800}, locale=locale)
    page.goto(f"{site}/accounts/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
    return page


def take(page: Page, url: str, name: str) -> None:
    page.goto(url)
    save(page, name)


def save(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")
    print(FOLDER / f"{name}.png")


if __name__ == "__main__":
    main()
