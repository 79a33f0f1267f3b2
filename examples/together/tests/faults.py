"""What is broken: each fault lasts for as long as its block."""

import os
import resource
import signal
from contextlib import contextmanager


class Faults:
    """Ways to break an installation, each mended at the end of its block."""

    def __init__(self, installation, etcd, proxies, storage, chance):
        self.installation = installation
        self.etcd = etcd
        self.proxies = proxies
        self.storage = storage
        self.chance = chance

    def some(self, kind):
        return self.chance.choice([one for name, one in self.installation.services.items() if name.startswith(kind)])

    @contextmanager
    def killed_runservice(self):
        yield from self._killed("runservice")

    @contextmanager
    def killed_executor(self):
        yield from self._killed("executor")

    @contextmanager
    def killed_front(self):
        """The two that a run does not need once it is made."""
        yield from self._killed(self.chance.choice(["gateway", "configstore"]))

    def _killed(self, kind):
        service = self.some(kind)
        service.kill()
        yield
        service.start()

    @contextmanager
    def killed_etcd(self):
        self.etcd.kill()
        yield
        self.etcd.restart()

    @contextmanager
    def hanging_runservice(self):
        yield from self._hanging("runservice")

    @contextmanager
    def hanging_executor(self):
        yield from self._hanging("executor")

    def _hanging(self, kind):
        service = self.some(kind)
        os.kill(service.pid, signal.SIGSTOP)
        yield
        os.kill(service.pid, signal.SIGCONT)

    @contextmanager
    def cut_network(self):
        for proxy in self.proxies:
            proxy.cut()
        yield
        for proxy in self.proxies:
            proxy.mend()

    @contextmanager
    def storage_gone(self):
        """The directory is not there, or nobody answers where S3 was."""
        if self.storage:
            self.storage.cut()
            yield
            self.storage.mend()
            return
        objects = self.installation.directory / "objects/runservice"
        away = objects.with_name("away")
        objects.rename(away)
        yield
        away.rename(objects)

    @contextmanager
    def storage_failing(self):
        yield from self._failing("error")

    @contextmanager
    def storage_slow(self):
        yield from self._failing("slow")

    @contextmanager
    def storage_cut_off(self):
        yield from self._failing("cut off")

    def _failing(self, how):
        self.storage.fault = how
        yield
        self.storage.mend()

    @contextmanager
    def disk_full(self):
        """No file of a runservice or an executor grows beyond some bytes, logs included."""
        services = [
            one for name, one in self.installation.services.items() if name.startswith(("runservice", "executor"))
        ]
        for service in services:
            resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (64, resource.RLIM_INFINITY))
        yield
        for service in services:
            resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


HARMLESS = {
    "killed_front",
    "cut_network",
    "hanging_runservice",
    "hanging_executor",
    "killed_etcd",
    "killed_runservice",
    "storage_gone",
    "storage_failing",
    "storage_slow",
    "storage_cut_off",
}

ON_S3 = {"storage_failing", "storage_slow", "storage_cut_off"}

FAULTS = [name for name in vars(Faults) if not name.startswith("_") and name != "some"]
