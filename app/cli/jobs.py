"""``flask jobs``: the queue and its worker. Every job runs in a process of its own, with limits on memory and time."""
import asyncio
import ctypes
import resource
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import click
from flask.cli import AppGroup
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy.orm import Session

from app.cli.door import owner_engine, plain_errors
from app.core.jobs import prepare_queue, working_queue
from app.core.settings import load_settings
from app.survey.jobs import TASK, fail_job, find_lost_jobs, run_job

group = AppGroup("jobs", help="Work in the background.")
MEMORY_MB, SECONDS = 6144, 4 * 3600
SWEEP_S = 20
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
    click.echo(run_job(owner_engine(), region, job, load_settings().state_dir))


@group.command("work")
@plain_errors
def work():
    """Do the jobs that wait, one after the other, until stopped."""
    engine = owner_engine()
    prepare_queue(engine)
    asyncio.run(serve(engine))


async def serve(engine) -> None:
    """Take jobs from the queue; look for lost ones at the start and now and then."""
    queue = working_queue(load_settings().database_url)

    @queue.task(name=TASK, queue=TASK)
    async def survey(region: int, job: int) -> None:
        await asyncio.to_thread(run_apart, engine, region, job)

    async def sweep():
        while True:
            for region, job in await asyncio.to_thread(_lost, engine):
                # Who waits is in the queue already, but where it was lost with a worker.
                with suppress(AlreadyEnqueued):
                    await survey.configure(queueing_lock=f"{region}/{job}").defer_async(region=region, job=job)
            await asyncio.sleep(SWEEP_S)

    async with queue.open_async():
        sweeping = asyncio.create_task(sweep())
        await queue.run_worker_async(queues=[TASK], concurrency=1, listen_notify=True, delete_jobs="always")
        sweeping.cancel()


def _lost(engine) -> list[tuple[int, int]]:
    with Session(engine) as session, session.begin():
        return find_lost_jobs(session)


def run_apart(engine, region: int, job: int) -> None:
    """Run a job in a process of its own; one that ends without a word has failed."""
    command = [sys.executable, "-m", "flask", "--app", "app", "jobs", "run", str(region), str(job)]
    try:
        done = subprocess.run(command, cwd=Path(__file__).parents[2], preexec_fn=limit, timeout=SECONDS, capture_output=True, check=False)
        problem = None if done.returncode == 0 else _problem(done.returncode)
    except subprocess.TimeoutExpired:
        problem = {"code": "JOB_TIME", "message": f"the work took longer than {SECONDS} s", "next_step": "split the files"}
    if problem:
        fail_job(engine, region, job, problem)


def _problem(returncode: int) -> dict:
    told = f"signal {-returncode}" if returncode < 0 else f"code {returncode}"
    message = f"the work was ended from outside ({told}); nothing was written"
    return {"code": "JOB_KILLED", "message": message, "next_step": "start it again; where it happens again, split the files"}


def limit() -> None:
    """In the child: less memory than the machine has, and no life after the worker's."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MB << 20, MEMORY_MB << 20))
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
