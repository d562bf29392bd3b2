"""``flask jobs``: the queue and its worker. Every job runs in a process of its own, with limits on memory and time."""
import asyncio
import ctypes
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click
import psycopg
import psycopg2
from flask.cli import AppGroup
from procrastinate.exceptions import AlreadyEnqueued, ProcrastinateException
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from app.cli.door import EXIT_DATABASE, owner_engine, plain_errors
from app.cli.runs import draw
from app.core.database import is_away
from app.core.jobs import prepare_queue, working_queue
from app.core.settings import load_settings
from app.reports.runs import working as answers
from app.reports.runs.commands import start_due
from app.survey.jobs import TASK, fail_job, find_lost_jobs, give_back, run_job

group = AppGroup("jobs", help="Work in the background.")
MEMORY_MB, SECONDS, ANSWER_SECONDS = 6144, 4 * 3600, 1500
# How soon a lost job is found, and how soon a database that went away is asked again.
SWEEP_S, AGAIN_S = 4, 1
PR_SET_PDEATHSIG = 1


@group.command("prepare")
@plain_errors
def prepare():
    """Make the queue where it is not there."""
    click.echo("Queue made." if prepare_queue(owner_engine()) else "The queue is there.")


@group.command("run", hidden=True)
@click.argument("region", type=int)
@click.argument("job", type=int)
@plain_errors
def run(region, job):
    """Do one job, here and now."""
    try:
        # The work itself, its progress, the beat, and the row that is held.
        click.echo(run_job(owner_engine(4), region, job, load_settings().state_dir))
    except (DBAPIError, psycopg2.Error) as fault:
        if not is_away(fault):
            raise
        sys.exit(EXIT_DATABASE)


@group.command("answer", hidden=True)
@click.argument("region", type=int)
@click.argument("run", type=int)
@plain_errors
def answer(region, run):
    """Work out one run of a saved question, here and now."""
    click.echo(answers.answer_run(owner_engine(), region, run, draw))


@group.command("work")
@plain_errors
def work():
    """Do the jobs that wait, one after the other, until stopped."""
    engine = owner_engine()
    prepare_queue(engine)
    asyncio.run(serve(engine))


async def serve(engine) -> None:
    """Take jobs from the queue until asked to stop; where the database goes away, begin anew when it is back."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    while not stop.is_set():
        try:
            await _serve(engine, stop)
        except (ProcrastinateException, psycopg.Error, DBAPIError) as fault:
            click.echo(f"the worker begins anew: {str(fault).strip().splitlines()[0]}", err=True)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), AGAIN_S)


async def _serve(engine, stop: asyncio.Event) -> None:
    """Work until asked to stop, or until a part of it fails; look for lost jobs at the start and now and then."""
    # A pool that opens while the database is away waits longer and longer.
    await asyncio.to_thread(_lost, engine)
    queue = working_queue(load_settings().database_url)

    @queue.task(name=TASK, queue=TASK)
    async def survey(region: int, job: int) -> None:
        await asyncio.to_thread(run_apart, engine, region, job)

    @queue.task(name=answers.TASK, queue=answers.TASK)
    async def question(region: int, run: int) -> None:
        await asyncio.to_thread(answer_apart, engine, region, run)

    async def sweep():
        while True:
            for region, run in await asyncio.to_thread(_asked, engine):
                with suppress(AlreadyEnqueued):
                    await question.configure(queueing_lock=f"question {region}/{run}").defer_async(region=region, run=run)
            for region, job in await asyncio.to_thread(_lost, engine):
                # Who waits is in the queue already, but where it was lost with a worker.
                with suppress(AlreadyEnqueued):
                    await survey.configure(queueing_lock=f"{region}/{job}").defer_async(region=region, job=job)
            await asyncio.sleep(SWEEP_S)

    async with queue.open_async():
        # A question does not wait for a survey that takes an hour.
        works = [
            queue.run_worker_async(
                queues=[task], concurrency=1, listen_notify=True, delete_jobs="always", install_signal_handlers=False,
            )
            for task in (TASK, answers.TASK)
        ]  # fmt: skip
        parts = [asyncio.create_task(part) for part in (sweep(), *works, stop.wait())]
        try:
            await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for part in parts:
                part.cancel()
            ended = await asyncio.gather(*parts, return_exceptions=True)
    for one in ended:
        if isinstance(one, Exception):
            raise one


def _lost(engine) -> list[tuple[int, int]]:
    with Session(engine) as session, session.begin():
        return find_lost_jobs(session)


def _asked(engine) -> list[tuple[int, int]]:
    """Runs that wait, with those of saved questions whose time has come."""
    now = datetime.now(UTC)
    with Session(engine) as session, session.begin():
        start_due(session, now)
        return answers.find_waiting(session, now)


def answer_apart(engine, region: int, run: int) -> None:
    """Work out a run in a process of its own; one that ends without a word has failed."""
    command = [sys.executable, "-m", "flask", "--app", "app", "jobs", "answer", str(region), str(run)]
    try:
        done = subprocess.run(
            command, cwd=Path(__file__).parents[2], preexec_fn=limit, timeout=ANSWER_SECONDS, capture_output=True, check=False,
        )  # fmt: skip
        told = "the work was ended from outside" if done.returncode else None
    except subprocess.TimeoutExpired:
        told = f"the work took longer than {ANSWER_SECONDS} s"
    if told:
        problem = {"code": "RUN_ENDED", "message": told, "next_step": "ask again, or for a smaller area"}
        _when_back(lambda: answers.fail_run(engine, region, run, problem))


def run_apart(engine, region: int, job: int) -> None:
    """Run a job in a process of its own, and once more where it lost the database; one that ends without a word has failed."""
    command = [sys.executable, "-m", "flask", "--app", "app", "jobs", "run", str(region), str(job)]
    again = True
    while again:
        again, problem = False, None
        try:
            done = subprocess.run(
                command, cwd=Path(__file__).parents[2], preexec_fn=limit, timeout=SECONDS, capture_output=True, check=False,
            )  # fmt: skip
            if done.returncode == EXIT_DATABASE:
                again = _when_back(lambda: give_back(engine, region, job))
            elif done.returncode:
                problem = _problem(done.returncode)
        except subprocess.TimeoutExpired:
            problem = {"code": "JOB_TIME", "message": f"the work took longer than {SECONDS} s", "next_step": "split the files"}
        if problem:
            _when_back(lambda told=problem: fail_job(engine, region, job, told))


def _when_back(act: Callable[[], object]) -> object:
    """What the act gives, once the database is there to hear it."""
    while True:
        try:
            return act()
        except OperationalError as fault:
            if not is_away(fault):
                raise
            time.sleep(AGAIN_S)


def _problem(returncode: int) -> dict:
    told = f"signal {-returncode}" if returncode < 0 else f"code {returncode}"
    message = f"the work was ended from outside ({told}); nothing was written"
    return {"code": "JOB_KILLED", "message": message, "next_step": "start it again; where it happens again, split the files"}


def limit() -> None:
    """In the child: less memory than the machine has, and no life after the worker's."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MB << 20, MEMORY_MB << 20))
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
