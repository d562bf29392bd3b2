"""How gunicorn serves the site; scripts/run names the port."""

wsgi_app = "app:create_app()"
worker_class = "app.web.even_worker.EvenWorker"
workers = 2
# Most of them wait for their turn, see app/web/turns.py.
threads = 64
timeout = 120
graceful_timeout = 5
loglevel = "warning"
# The control socket would lie in the user's home.
control_socket_disable = True
# Loading once and forking starts in half the time, and the workers share the memory.
preload_app = True


def pre_fork(server, worker):
    """Give the worker its place among those who share the connections."""
    from app.web.even_worker import take_place

    take_place(server, worker)


def child_exit(server, worker):
    """Nobody waits for a worker that has ended."""
    from app.web.even_worker import leave_place

    leave_place(server, worker)


def when_ready(server):
    """Before the first fork, so that the workers share what is left out."""
    from app.core.collector import settle_collector

    settle_collector()


def post_fork(server, worker):
    """Give the worker connections of its own: one that was opened while loading must not be used by two processes."""
    for name in ("netgrid.engine", "netgrid.reading_engine"):
        worker.app.wsgi().extensions[name].dispose(close=False)


def post_worker_init(worker):
    """Let the worker free what has run out, now and then."""
    from app.web.tidy import start_tidying

    start_tidying(worker.app.wsgi())
