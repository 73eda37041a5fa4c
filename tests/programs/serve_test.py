#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lostletter serve as a process: what it prints, what it refuses, how it is
reloaded, drained, and looked after by a service manager."""
import os
import pathlib
import pwd
import re
import shlex
import signal
import socket
import subprocess
import tempfile
import unittest

from house import House, PROGRAM, ends, free_port
from milter_client import MilterClient


class Serve(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.folder.chmod(0o755)

    def house(self, *arguments, **options):
        house = House(self.folder, *arguments, **options)
        house.start()
        self.addCleanup(house.__exit__)
        return house


class Start(Serve):
    def test_says_what_to_do_next(self):
        house = self.house()
        self.assertIn(f"http://127.0.0.1:{house.http_port}/\n", house.welcome)
        self.assertIn(
            "postconf -e 'smtpd_milters = { inet:127.0.0.1:"
            f"{house.milter_port}, connect_timeout=5s, command_timeout=15s, "
            "content_timeout=120s, default_action=tempfail }'\n",
            house.welcome)
        line = re.search(r"(\S*lostletter check \S+)\n", house.welcome)[1]
        done = subprocess.run(shlex.split(line), capture_output=True,
                              check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"did you mean general@army.mil?", done.stdout)
        self.assertEqual(house.get("/healthz"), (200, "ok\n"))
        self.assertEqual(house.stop(), 0)

    def test_every_listener_has_its_line(self):
        ports = [free_port(), free_port()]
        house = self.house(arguments=(
            "--milter", f"inet:127.0.0.1:{ports[0]},traffic=local",
            "--milter", f"inet:127.0.0.1:{ports[1]},on_failure=accept"))
        self.assertRegex(house.welcome,
                         f"non_smtpd_milters = .*:{ports[0]}, .*=tempfail")
        self.assertRegex(house.welcome,
                         f"'smtpd_milters = .*:{ports[1]}, .*=accept")

    def test_without_anything_state_is_in_its_usual_place(self):
        house = House(self.folder, environment={
            "XDG_STATE_HOME": str(self.folder / "xdg")})
        command = house.command()
        command.remove("--state")
        command.remove(str(house.state))
        house.start(command)
        self.addCleanup(house.__exit__)
        self.assertTrue(
            (self.folder / "xdg/lostletter/lostletter.db").exists())

    def test_signals_end_it(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with House(self.folder) as house:
                self.assertEqual(house.stop(number), 0)
                house.wait_for("event=stopped")


class Refusals(Serve):
    def test_wrong_flags(self):
        for arguments, status, message in (
                (["--milter", "inet:127.0.0.1:1,trafic=relay"], 64,
                 "--milter: unknown key 'trafic': did you mean 'traffic'?"),
                (["--http", "8025"], 64,
                 "--http: must be ADDRESS:PORT such as 127.0.0.1:8025, or off,"
                 " not '8025'"),
                (["--stat", "x"], 64,
                 "unknown option '--stat': did you mean '--state'?"),
                (["now"], 64, "unexpected argument 'now'"),
                (["--http", "0.0.0.0:8025"], 78,
                 "--http: http.listen: 0.0.0.0 can be reached from other "
                 "hosts: set http.token_file to a file with a token of at "
                 "least 16 characters, or listen on 127.0.0.1")):
            self.assertEqual(
                ends(["serve", "--state", str(self.folder), *arguments]),
                (status, f"lostletter: {message}\n"))

    def test_one_guard_for_one_state(self):
        house = self.house()
        self.assertEqual(
            ends(["serve", "--state", str(house.state), "--http", "off",
                  "--milter", "inet:127.0.0.1:0"]),
            (69, f"lostletter: another lostletter serves from {house.state}: "
                 f"process {house.process.pid}\n"))

    def test_the_lock_of_a_killed_guard_is_free(self):
        with House(self.folder) as house:
            house.process.kill()
            house.process.wait(30)
        with House(self.folder) as house:
            self.assertEqual(house.stop(), 0)

    def test_ports_in_use(self):
        house = self.house()
        other = ["serve", "--state", str(self.folder / "other")]
        for arguments, port in (
                (["--milter", f"inet:127.0.0.1:{house.milter_port}",
                  "--http", "off"], house.milter_port),
                (["--milter", "inet:127.0.0.1:0",
                  "--http", f"127.0.0.1:{house.http_port}"],
                 house.http_port)):
            status, message = ends([*other, *arguments])
            self.assertEqual(status, 69)
            self.assertIn(f"127.0.0.1:{port} is in use by process "
                          f"{house.process.pid} (lostletter)", message)

    def test_no_state_directory(self):
        status, message = ends(["serve", "--state", "/dev/null/state"])
        self.assertEqual(status, 69)
        self.assertIn("/dev/null/state", message)

    def test_a_page_with_a_token(self):
        house = self.house('[http]\ntoken = "0123456789abcdef"\n')
        self.assertEqual(house.get("/")[0], 401)
        self.assertEqual(house.get("/", token="0123456789abcdef")[0], 200)
        self.assertNotIn("0123456789abcdef", house.welcome)


class Reload(Serve):
    def action(self, house):
        answer = house.get("/api/v1/check", b"general@army.ml")[1]
        return re.search('"action":"(\\w+)"', answer)[1]

    def test_a_good_file_counts_from_the_next_message_on(self):
        house = self.house('mode = "watch"\n')
        with house.client() as client:
            client.mail("ann@example.com")
            self.assertEqual(client.rcpt("general@army.ml"), "continue")
            house.write_config('mode = "reject"\n')
            self.assertIn("event=reloaded", house.reload())
            self.assertEqual(client.rcpt("admiral@navy.ml"), "continue")
            client.abort()
            client.mail("ann@example.com")
            self.assertRegex(client.rcpt("general@army.ml"), "^550[- ]5.7.1 ")
        self.assertEqual(self.action(house), "reject")

    def test_a_bad_file_keeps_the_old_one(self):
        house = self.house('mode = "reject"\n')
        house.write_config('mode = "watch"\nblok = []\n')
        line = house.reload()
        self.assertIn("event=reload-failed", line)
        self.assertIn(f"{house.config}:2: unknown key 'blok'", line)
        self.assertEqual(self.action(house), "reject")
        self.assertIn('lostletter_reloads_total{outcome="failed"} 1',
                      house.get("/metrics")[1])
        house.config.unlink()
        self.assertIn("event=reload-failed", house.reload())

    def test_what_takes_a_restart_is_said(self):
        house = self.house()
        house.write_config('decision_time = "2 s"\n[log]\nlevel = "debug"\n')
        self.assertIn("needs_restart=decision_time,log.level", house.reload())

    def test_new_lists_are_read(self):
        (self.folder / "known").write_text("army.ml\n")
        house = self.house('known = ["known"]\n')
        self.assertEqual(self.action(house), "accept")
        (self.folder / "known").write_text("example.org\n")
        self.assertIn("event=reloaded", house.reload())
        self.assertEqual(self.action(house), "ask")


class Drain(Serve):
    def test_a_session_in_flight_is_finished(self):
        house = self.house()
        with house.client() as client:
            client.mail("ann@example.com")
            house.process.send_signal(signal.SIGTERM)
            house.wait_for("event=stopping")
            self.assertEqual(client.rcpt("bob@gmail.com"), "continue")
            client.abort()
            client.send(b"Q")
        self.assertEqual(house.process.wait(30), 0)

    def test_nobody_is_waited_for_beyond_drain_time(self):
        house = self.house('drain_time = "0 s"\n')
        with house.client() as client:
            client.mail("ann@example.com")
            self.assertEqual(house.stop(), 0)


class Manager(Serve):
    def notifications(self):
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        manager.bind(str(self.folder / "notify"))
        manager.settimeout(30)
        self.addCleanup(manager.close)
        return manager

    def wait_for(self, manager, state):
        while state not in (text := manager.recv(4096).decode()):
            pass
        return text

    def test_it_tells_what_it_does(self):
        manager = self.notifications()
        house = self.house(environment={
            "NOTIFY_SOCKET": str(self.folder / "notify"),
            "WATCHDOG_USEC": "400000"})
        self.wait_for(manager, "READY=1")
        self.wait_for(manager, "WATCHDOG=1")
        house.process.send_signal(signal.SIGHUP)
        self.assertRegex(self.wait_for(manager, "RELOADING=1"),
                         r"MONOTONIC_USEC=\d+")
        self.wait_for(manager, "READY=1")
        house.process.send_signal(signal.SIGTERM)
        self.wait_for(manager, "STOPPING=1")

    def test_sockets_it_is_given(self):
        with socket.create_server(("127.0.0.1", 0)) as given:
            port = given.getsockname()[1]
            house = House(self.folder)
            house.milter_port = port
            line = " ".join(shlex.quote(word) for word in house.command())
            # The manager's protocol: descriptor 3 on, and our process id.
            house.start(["sh", "-c",
                         f"exec 3<&{given.fileno()}; export LISTEN_FDS=1 "
                         f"LISTEN_PID=$$; exec {line}"],
                        pass_fds=[given.fileno()])
            self.addCleanup(house.__exit__)
            with MilterClient(port) as client:
                client.mail("ann@example.com")
                self.assertRegex(client.rcpt("general@army.ml"), "^550[- ]")
            self.assertEqual(house.stop(), 0)
            # It was not ours: a successor is given the same one.
            socket.create_connection(("127.0.0.1", port)).close()

    @unittest.skipUnless(os.geteuid() == 0, "only root can become another")
    def test_root_becomes_the_user(self):
        house = self.house('user = "nobody"\n')
        user = pwd.getpwnam("nobody")
        status = pathlib.Path(f"/proc/{house.process.pid}/status").read_text()
        self.assertRegex(status, rf"Uid:\t{user.pw_uid}\t{user.pw_uid}\t"
                                 rf"{user.pw_uid}\t{user.pw_uid}\n")
        self.assertRegex(status, rf"Gid:\t{user.pw_gid}\t")
        for name in ("", "lostletter.db", "serve.lock"):
            path = house.state / name
            self.assertEqual(path.stat().st_uid, user.pw_uid, path)
            self.assertEqual(path.stat().st_mode & 0o007, 0, path)
        self.assertFalse([line for line in house.log if "as-root" in line])

    @unittest.skipUnless(os.geteuid() == 0, "only root is warned")
    def test_root_is_warned(self):
        self.house().wait_for("event=running-as-root")

    def test_a_user_that_does_not_exist(self):
        (self.folder / "x.toml").write_text('user = "no-such-user"\n')
        if os.geteuid() == 0:
            self.assertEqual(
                ends(["serve", "--config", str(self.folder / "x.toml")]),
                (78, "lostletter: user: there is no user 'no-such-user' on "
                     "this host\n"))


if __name__ == "__main__":
    unittest.main()
