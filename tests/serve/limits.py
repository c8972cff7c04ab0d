"""A server as it is run, from outside: each check starts the program on the sample archive and says what it saw.

Usage: limits.py PROGRAM. Ends with the number of checks that passed; with 1 when one failed.
"""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

PROGRAM = sys.argv[1]
SCRATCH = Path(tempfile.mkdtemp(prefix="pullquote-serve-"))
SAMPLE = SCRATCH / "sample"
ORIGIN = {"Sec-Fetch-Site": "same-origin"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """The program, serving an index; ended when the block ends."""

    def __init__(self, index, *options, port=None):
        self.port = port or free_port()
        at = [] if "--unix" in options else ["--listen", f"127.0.0.1:{self.port}"]
        self.command = [PROGRAM, "--index", str(index), "serve", *at, *options]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        said = self.process.stderr.readline()
        assert b"http://" in said or b"listening" in said, said
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def get(self, path, headers=(), timeout=30, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        form = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        connection.request("POST" if body is not None else "GET", path, body, {**dict(headers), **form})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, text, answer

    def raw(self, sent):
        stream = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        stream.sendall(sent)
        return stream


def closed_after(stream):
    """Seconds until the other side closes."""
    started = time.monotonic()
    try:
        while stream.recv(65536):
            pass
    except ConnectionError:
        pass
    return time.monotonic() - started


def slow_and_half_open_clients():
    with Server(SAMPLE / ".pullquote") as server:
        half = server.raw(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        silent = server.raw(b"")
        idle = server.raw(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        threads, seen = [], {}
        for name, stream in {"half a head": half, "nothing": silent, "idle": idle}.items():
            thread = threading.Thread(target=lambda n=name, s=stream: seen.update({n: closed_after(s)}))
            thread.start()
            threads.append(thread)
        drip = server.raw(b"GET / HTTP/1.1\r\n")
        threads.append(threading.Thread(target=lambda: seen.update({"a byte a second": dripped(drip)})))
        threads[-1].start()
        many = [server.raw(b"GET / HT") for _ in range(200)]
        status, _, _ = server.get("/search?q=grief")
        assert status == 200, "others are answered meanwhile"
        for thread in threads:
            thread.join()
        for stream in many:
            stream.close()
        for name, seconds in seen.items():
            assert 3 < seconds < 8, (name, seconds)
        return ", ".join(f"{name} closed after {seconds:.1f} s" for name, seconds in seen.items())


def dripped(stream):
    started = time.monotonic()
    try:
        while time.monotonic() - started < 20:
            stream.sendall(b"X")
            time.sleep(1)
    except OSError:
        pass
    return time.monotonic() - started


def a_client_that_takes_nothing():
    with Server(SAMPLE / ".pullquote") as server:
        stream = socket.socket()
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stream.connect(("127.0.0.1", server.port))
        stream.settimeout(60)
        # Many answers are asked for in a row, and none is taken.
        stream.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 200)
        time.sleep(14)
        seconds = closed_after(stream)
        assert server.get("/healthz")[0] == 200
        assert seconds < 5, seconds
        return f"let go; what was on its way ended {seconds:.1f} s later"


def overload():
    with Server(SAMPLE / ".pullquote") as server:
        draft = urllib.parse.urlencode({"draft": "“You cannot plan any grief at all,” Ines Valcourt said.\n\n" * 150})
        seen, lock = [], threading.Lock()

        def ask():
            started = time.monotonic()
            status = server.get("/verify", body=draft, timeout=120)[0]
            with lock:
                seen.append((status, time.monotonic() - started))

        threads = [threading.Thread(target=ask) for _ in range(160)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        refused = sorted(seconds for status, seconds in seen if status == 503)
        answered = sum(status == 200 for status, _ in seen)
        assert answered and refused and answered + len(refused) == 160, seen
        status, _, answer = server.get("/search?q=grief")
        assert status == 200, "afterwards it answers as before"
        return f"{answered} answered, {len(refused)} refused, the median of these after {refused[len(refused) // 2] * 1000:.0f} ms"


def signals():
    told = []
    for sent, code in [(signal.SIGTERM, 143), (signal.SIGINT, 130)]:
        with Server(SAMPLE / ".pullquote") as server:
            draft = urllib.parse.urlencode({"draft": "“You cannot plan any grief at all,” Ines Valcourt said.\n\n" * 100})
            seen = []
            thread = threading.Thread(target=lambda: seen.append(server.get("/verify", body=draft)[0]))
            thread.start()
            time.sleep(0.15)
            idle = server.raw(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            time.sleep(0.1)
            started = time.monotonic()
            server.process.send_signal(sent)
            thread.join()
            assert seen == [200], f"what was being answered is answered: {seen}"
            assert server.process.wait(timeout=10) == code
            told.append(f"{code} after {time.monotonic() - started:.1f} s")
            idle.close()
    # A second signal ends it although a client still holds a request.
    with Server(SAMPLE / ".pullquote") as server:
        held = server.raw(b"POST /verify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\ndraft=")
        time.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert server.process.poll() is None, "it waits for what is being answered"
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=2) == 143
        held.close()
    return ", ".join(told) + "; a second one ends at once"


def a_log_that_nobody_reads():
    port = free_port()
    command = [PROGRAM, "--index", str(SAMPLE / ".pullquote"), "serve", "--listen", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        process.stderr.readline()
        long = "/healthz?" + "x" * 1500
        for _ in range(400):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", long)
            assert connection.getresponse().status == 200
            connection.close()
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=8) == 143
        return f"400 requests answered; ended after {time.monotonic() - started:.1f} s"
    finally:
        process.kill()
        process.wait()


def a_disk_that_does_not_answer():
    folder = SCRATCH / "stuck"
    shutil.copytree(SAMPLE, folder)
    with Server(folder / ".pullquote") as server:
        saved = folder / ".pullquote/state/saved.tsv"
        saved.unlink(missing_ok=True)
        os.mkfifo(saved)
        time.sleep(2.5)
        assert server.get("/search?q=fire")[0] == 200, "what is open answers"
        started = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=8) == 143
        return f"a thread hangs in it, and the server ends after {time.monotonic() - started:.1f} s"


def a_socket_that_was_handed_over():
    """Whoever hands over a socket that is open to others must say whom to let in."""
    told = []
    for host, code in [("0.0.0.0", 2), ("127.0.0.1", None)]:
        with socket.socket() as listener:
            listener.bind((host, 0))
            listener.listen()
            script = (
                "import os, sys; fd = int(sys.argv[1]); os.dup2(fd, 3); os.environ.update(LISTEN_FDS='1', "
                "LISTEN_PID=str(os.getpid())); os.execv(sys.argv[2], sys.argv[2:])"
            )
            line = [sys.executable, "-c", script, str(listener.fileno()), PROGRAM, "--index", str(SAMPLE / ".pullquote"), "serve"]
            process = subprocess.Popen(line, pass_fds=[listener.fileno()], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            try:
                said = process.stderr.readline().decode()
                if code is None:
                    assert "http://127.0.0.1" in said, said
                    told.append("this machine's is taken")
                else:
                    assert process.wait(timeout=10) == code and "open to others" in said, said
                    told.append("one open to others is refused")
            finally:
                process.kill()
                process.wait()
    return ", ".join(told)


def behind_nginx():
    if not shutil.which("nginx"):
        return "skipped: there is no nginx here"
    path, port = SCRATCH / "page.sock", free_port()
    conf = SCRATCH / "nginx.conf"
    conf.write_text(
        f"""daemon off; pid {SCRATCH}/nginx.pid; error_log {SCRATCH}/nginx.log; worker_processes 1;
        events {{ worker_connections 64; }}
        http {{ access_log off; client_body_temp_path {SCRATCH}/body; proxy_temp_path {SCRATCH}/proxy;
          fastcgi_temp_path {SCRATCH}/f; uwsgi_temp_path {SCRATCH}/u; scgi_temp_path {SCRATCH}/s;
          server {{ listen 127.0.0.1:{port}; location / {{
            proxy_pass http://unix:{path}:; proxy_set_header Host quotes.example; proxy_set_header X-User ada;
            proxy_set_header X-Forwarded-Proto https; }} }} }}"""
    )
    with Server(SAMPLE / ".pullquote", "--unix", str(path), "--host", "quotes.example", "--user-header", "X-User"):
        os.chmod(path, 0o666)
        nginx = subprocess.Popen(["nginx", "-c", str(conf), "-e", f"{SCRATCH}/nginx.log", "-g", "user root;"])
        try:
            for _ in range(100):
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    time.sleep(0.05)
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/quotes?q=grief")
            answer = connection.getresponse()
            text = answer.read().decode()
            assert answer.status == 200 and "https://quotes.example/quote/" in text, answer.status
        finally:
            nginx.terminate()
            nginx.wait()
        stream = socket.socket(socket.AF_UNIX)
        stream.connect(str(path))
        stream.sendall(b"GET / HTTP/1.1\r\nHost: quotes.example\r\nConnection: close\r\n\r\n")
        assert b" 403 " in stream.recv(4096).split(b"\r\n")[0], "nobody is let in who was not named"
    return "answers over a Unix socket with the user's name, and not without"


def an_index_that_changes():
    folder = SCRATCH / "changing"
    shutil.copytree(SAMPLE, folder)
    index = folder / ".pullquote"
    with Server(index) as server:
        stop, seen = threading.Event(), []

        def ask():
            while not stop.is_set():
                status, text, _ = server.get("/search.json?q=fire")
                seen.append((status, json.loads(text)["index_commit"] if status == 200 else None))

        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        for number in range(3):
            (folder / f"new{number}.txt").write_text(f"The fire number {number} was out.")
            subprocess.run([PROGRAM, "index", str(folder), "--quiet"], check=True)
            time.sleep(1.5)
        subprocess.run([PROGRAM, "index", str(folder), "--rebuild", "--quiet"], check=True)
        time.sleep(2)
        stop.set()
        for thread in threads:
            thread.join()
        commits = {commit for _, commit in seen}
        assert all(status == 200 for status, _ in seen) and len(commits) >= 3, (len(seen), commits)
        shutil.rmtree(index)
        time.sleep(2)
        assert server.get("/readyz")[0] == 503 and server.get("/search?q=fire")[0] == 200
        return f"{len(seen)} requests over {len(commits)} commits, none failed; deleted, it still answers and says so"


def a_full_disk():
    small = SCRATCH / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)], capture_output=True).returncode:
        return "skipped: no file system can be mounted here"
    try:
        saved = small / "saved.tsv"
        saved.write_text("fire\tfire\n")
        (small / "fill").write_bytes(b"x" * 4096 * 8)
        with open(small / "rest", "wb", buffering=0) as rest:
            try:
                while rest.write(b"x" * 4096):
                    pass
            except OSError:
                pass
        with Server(SAMPLE / ".pullquote", "--allow-writes", "--saved", str(saved)) as server:
            body = urllib.parse.urlencode({"name": "grief", "query": "grief " * 2000})
            status, _, _ = server.get("/saved", ORIGIN, body=body)
            assert status == 500, status
            assert saved.read_text() == "fire\tfire\n", "nothing is lost"
            assert server.get("/search?q=fire")[0] == 200
            (small / "rest").unlink()
            assert server.get("/saved", ORIGIN, body="name=grief&query=grief")[0] == 200
        return "said, nothing lost, and written when there is room again"
    finally:
        subprocess.run(["umount", str(small)], check=False)


def main():
    subprocess.run([PROGRAM, "demo", "--keep", str(SAMPLE), "--quiet"], check=True, stdout=subprocess.DEVNULL)
    checks = [
        slow_and_half_open_clients,
        a_client_that_takes_nothing,
        overload,
        signals,
        a_log_that_nobody_reads,
        a_disk_that_does_not_answer,
        a_socket_that_was_handed_over,
        behind_nginx,
        an_index_that_changes,
        a_full_disk,
    ]
    failed = 0
    for check in checks:
        name = check.__name__.replace("_", " ")
        try:
            print(f"ok      {name}: {check()}", flush=True)
        except Exception as error:  # noqa: BLE001: a check that breaks has failed
            failed += 1
            print(f"FAILED  {name}: {type(error).__name__}: {error}", flush=True)
    shutil.rmtree(SCRATCH, ignore_errors=True)
    print(f"{len(checks) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
