"""Runs one load-test user for two seconds against the server at the URL in the first argument.

A process of its own, because Locust replaces Python's sockets by gevent's.
"""

from reliability.locust_user import DoctorUser, Workload  # isort: skip

import sys

from locust.env import Environment

from reliability.checker import ExpectedResult
from reliability.load import print_statistics, run_users
from reliability.sample_images import SampleImage

if __name__ == "__main__":
    image = SampleImage(name="a.png", content=b"1", expected=ExpectedResult())
    DoctorUser.workload = Workload(images=[image], headers={})
    environment = Environment(user_classes=[DoctorUser], host=sys.argv[1])
    run_users(environment, doctors=1, seconds=2)
    print("failed", print_statistics(environment, seconds=2))
