"""A certificate authority of the test's own (openssl), and server contexts with certificates of its."""

import os
import shutil
import ssl
import subprocess
import tempfile


class Authority:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="belay-ca-")
        self.ca_file = self._path("ca.pem")
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                      "-subj", "/CN=Belay test authority", "-keyout", self._path("ca.key"), "-out", self.ca_file)

    def _path(self, name):
        return os.path.join(self.folder, name)

    @staticmethod
    def _openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True)

    def context(self, name, newkey=("ec", "-pkeyopt", "ec_paramgen_curve:P-256")):
        """For a server whose certificate is for `name`, such as "IP:127.0.0.1" or "DNS:localhost"."""
        key, request, signed, extra = (self._path(f"{abs(hash(name))}.{end}") for end in ("key", "csr", "pem", "ext"))
        with open(extra, "w", encoding="ascii") as file:
            file.write(f"subjectAltName={name}\n")
        self._openssl("req", "-newkey", *newkey, "-nodes", "-subj", "/CN=test", "-keyout", key, "-out", request)
        self._openssl("x509", "-req", "-in", request, "-CA", self.ca_file, "-CAkey", self._path("ca.key"),
                      "-CAcreateserial", "-days", "30", "-extfile", extra, "-out", signed)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(signed, key)
        return context

    def context_of_finite_fields(self, name):
        """The same of one that knows TLS 1.2 with Diffie-Hellman over a finite field and nothing else."""
        parameters = self._path("dh.pem")
        self._openssl("genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048", "-out", parameters)
        context = self.context(name, ("rsa:2048",))
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("DHE-RSA-AES128-GCM-SHA256")
        context.load_dh_params(parameters)
        return context

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)
