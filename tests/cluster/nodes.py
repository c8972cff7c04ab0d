"""A cluster of nodes on this machine, and a wire to it that can be cut."""

import json, os, pathlib, shutil, signal, socket, ssl, subprocess, threading, time, urllib.error, urllib.request


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Nodes:
    """Nodes of one cluster, each a JVM of its own."""

    def __init__(self, jars, folder, count):
        self.jars, self.folder = pathlib.Path(jars), pathlib.Path(folder)
        self.http = [free_port() for _ in range(count)]
        self.transport = [free_port() for _ in range(count)]
        self.running = [None] * count
        for node in range(count):
            self.start(node)
        self.wait("green")

    def start(self, node):
        home = self.folder / f"node{node}"
        home.mkdir(exist_ok=True)
        hosts = ",".join(f"127.0.0.1:{port}" for port in self.transport)
        settings = [
            "cluster.name=pullquote-test", f"node.name=n{node}", "network.host=127.0.0.1",
            f"http.port={self.http[node]}", f"transport.port={self.transport[node]}", f"discovery.seed_hosts={hosts}",
            "cluster.initial_cluster_manager_nodes=" + ",".join(f"n{n}" for n in range(len(self.http))),
            # The disk of whoever runs this may be nearly full, and is not what is tried here.
            "cluster.routing.allocation.disk.threshold_enabled=false",
            *(f"cluster.routing.allocation.disk.watermark.{mark}=1mb" for mark in ("low", "high", "flood_stage")),
            "cluster.routing.allocation.node_concurrent_recoveries=8", "action.auto_create_index=false",
        ]
        log = open(home / "log", "ab")
        line = ["java", "-Xms512m", "-Xmx512m", "-cp", f"{self.jars}/classes:{self.jars}/lib/*", "TestNode", str(home), *settings]
        self.running[node] = subprocess.Popen(line, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)

    def kill(self, node):
        self.running[node].send_signal(signal.SIGKILL)
        self.running[node].wait()
        self.running[node] = None

    def stop(self):
        for node, running in enumerate(self.running):
            if running:
                self.kill(node)

    def url(self, node=0):
        return f"http://127.0.0.1:{self.http[node]}"

    def urls(self):
        return ",".join(self.url(node) for node in range(len(self.http)))

    def ask(self, method, path, body=None, node=None):
        alive = [n for n, running in enumerate(self.running) if running]
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url(alive[0] if node is None else node) + path, data, method=method)
        request.add_header("content-type", "application/json")
        # A node that was killed is missed for a while.
        until = time.time() + 60
        while True:
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return json.loads(answer.read() or b"null")
            except urllib.error.HTTPError as error:
                if error.code != 503 or time.time() > until:
                    raise
                time.sleep(1)

    def wait(self, status, patience=180):
        """Waits until the cluster has all its running nodes and is in that state."""
        count, until = sum(running is not None for running in self.running), time.time() + patience
        while True:
            try:
                health = self.ask("GET", f"/_cluster/health?wait_for_status={status}&wait_for_nodes={count}&timeout=5s")
                if not health["timed_out"]:
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.5)
            for node, running in enumerate(self.running):
                if running and running.poll() is not None:
                    raise SystemExit(f"node {node} ended: " + (self.folder / f"node{node}/log").read_text()[-2000:])
            if time.time() > until:
                raise SystemExit(f"the cluster is not {status} after {patience} s: {self.folder}")

    def clear(self):
        """Removes every index of ours."""
        names = self.ask("GET", "/_cat/indices/pullquote-*?format=json&h=index")
        for name in names:
            self.ask("DELETE", "/" + name["index"])


class Wire:
    """Passes connections on to a node until it is told to do something else with them."""

    def __init__(self, port, wanted=None, certificate=None):
        self.port, self.wanted = port, wanted
        self.hangs, self.is_cut, self.seen = False, False, []
        self.open = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.here = self.listener.getsockname()[1]
        self.tls = None
        if certificate:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(certificate)
        threading.Thread(target=self.accept, daemon=True).start()

    def url(self):
        return f"{'https' if self.tls else 'http'}://localhost:{self.here}" if self.tls else f"http://127.0.0.1:{self.here}"

    def cut(self):
        """Cuts what is connected, and refuses what comes."""
        self.is_cut = True
        # Closed alone it would still take the one whom `accept` is waiting for.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for one in self.open:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        try:
            if self.tls:
                client = self.tls.wrap_socket(client, server_side=True)
            node = socket.create_connection(("127.0.0.1", self.port))
        except OSError:
            client.close()
            return
        self.open += [client, node]
        if self.is_cut:
            client.close()
            node.close()
            return
        threading.Thread(target=self.pass_on, args=(node, client, False), daemon=True).start()
        self.pass_on(client, node, True)

    def pass_on(self, source, target, is_request):
        try:
            while data := source.recv(65536):
                if is_request and self.wanted and b"HTTP/1.1\r\n" in data:
                    self.seen.append(data)
                    if self.wanted not in data:
                        said = b'{"error":"Unauthorized"}'
                        source.sendall(b"HTTP/1.1 401 X\r\ncontent-length: %d\r\n\r\n%s" % (len(said), said))
                        continue
                while self.hangs:
                    time.sleep(0.1)
                target.sendall(data)
        except OSError:
            pass
        for one in (source, target):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def certificate(folder):
    """A key with a certificate of its own for localhost, and the certificate alone."""
    both, alone = pathlib.Path(folder) / "both.pem", pathlib.Path(folder) / "alone.pem"
    if not shutil.which("openssl"):
        return None, None
    key = pathlib.Path(folder) / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE",
         "-keyout", key, "-out", alone], check=True, capture_output=True)
    both.write_bytes(key.read_bytes() + alone.read_bytes())
    os.chmod(both, 0o600)
    return both, alone
