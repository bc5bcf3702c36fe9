"""A trained run at work: a page for people and an API for programs.

options.py              what the command `serve` can be told
contract.py             what a domain says of its page and its answers: Serving and its endpoints
run_metadata.py         what a page tells of the run: its name, its figures, its data
hot_swap.py             the model in use: loaded, warmed up, watched, exchanged while requests go on
decompression_bombs.py  packed tables that are too large
network.py              one batch through a network
request_queue.py        bounded queues, each with threads that answer
limits.py               what a request may cost, all in one place
gate.py                 bytes, time, hosts and origins, before a request is looked at
bodies.py               JSON, forms and options, none of which is passed over
routes.py               one FastAPI application for one loaded run
app.py                  both together: `create_app`
pages.py                the page, with everything inside
server.py               the port, the workers, and clients that never come to the point
"""
