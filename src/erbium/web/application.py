"""The application put together: jobs, API, pages, and the guard around them."""

from __future__ import annotations

import threading

from fastapi import FastAPI

from erbium.core.result import version
from erbium.web.api import Work, add_api
from erbium.web.docs_page import add_docs
from erbium.web.guard import Guard, content_policy
from erbium.web.jobs import JobStore, Pool
from erbium.web.login_page import add_login
from erbium.web.lookup import prepare
from erbium.web.pages import add_pages
from erbium.web.problems import report_problems
from erbium.web.server import DATABASE, running
from erbium.web.settings import Settings


def application(settings: Settings) -> Guard:
    """Return the whole application.

    Parameters
    ----------
    settings
        With the port it is reached at and a folder that exists.
    """
    limits = settings.limits
    store = JobStore(settings.data / DATABASE, limits.kept)
    pool = Pool(store, limits)

    def start() -> None:
        pool.start()
        threading.Thread(target=prepare, daemon=True).start()

    def stop() -> None:
        pool.stop()
        work.quick.stop()
        work.paper.stop()
        store.close()

    app = FastAPI(
        title="Erbium",
        version=version(),
        description="Which treatments a HER2-positive tumour resists, why, and what is left. "
        "Research software, not a medical device.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lambda _: running(start, stop),
    )
    report_problems(app)
    work = Work(pool, settings)
    add_docs(app)
    add_login(app)
    add_api(app, work)
    guard = Guard(app, settings)
    guard.policy = content_policy(add_pages(app, work))
    return guard
