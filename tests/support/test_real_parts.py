"""The real parts are real: a PostgreSQL that answers, a Chromium that opens a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser


async def test_a_real_postgresql_answers(postgresql_url: str) -> None:
    connection = await asyncpg.connect(postgresql_url)
    assert "PostgreSQL" in await connection.fetchval("select version()")
    await connection.close()


@pytest.mark.browser
def test_a_real_chromium_runs_a_script(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<p id=a></p><script>a.textContent = 6 * 7</script>")
    assert page.locator("#a").text_content() == "42"
    page.close()
