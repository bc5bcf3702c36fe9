"""A scheduler here and workers as SLURM jobs, for grading a class: python slurm.py DIR JOBS

DIR is what `python -m common cluster certificates DIR` has made, on a disk that the nodes see, with
keys that you alone can read. Leave this running, and grade from another terminal with the options
that it prints. It needs `pip install dask-jobqueue`, and the course installed for the nodes too.
"""

import signal
import sys
from pathlib import Path


def main(folder: Path, jobs: int) -> None:
    from dask_jobqueue import SLURMCluster
    from distributed.security import Security

    from common.cluster.certificates import QUIET

    files = {
        f"tls_{role}_{kind}": str(folder / role / name)
        for role in ("scheduler", "worker", "client")
        for kind, name in (("cert", "certificate.pem"), ("key", "key.pem"))
    }
    authority = str(folder / "client" / "ca.pem")
    quiet = [f"export {name}={value}" for name, value in QUIET.items()]
    cluster = SLURMCluster(
        protocol="tls",
        security=Security(require_encryption=True, tls_ca_file=authority, **files),
        cores=16,  # of a job: as many workers, each of one thread
        processes=16,
        memory="48GB",  # 3 for each: a check may take one, beside the libraries
        walltime="02:00:00",
        scheduler_options={"port": 8786, "dashboard": False},
        worker_extra_args=["--no-dashboard"],
        job_script_prologue=["export OMP_NUM_THREADS=1", *quiet],
    )
    cluster.scale(jobs=jobs)
    print(cluster.job_script())
    print(f"--workers {cluster.scheduler_address} --certificates {folder / 'client'}", flush=True)
    signal.pause()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), int(sys.argv[2]))
