"""A mail server for the tests: aiosmtpd, which keeps each mail as a file of JSON. Its faults are
those that the file `fault` in its directory names at the moment."""

import argparse
import asyncio
import email
import email.policy
import json
import pathlib
import ssl

from aiosmtpd.smtp import SMTP, AuthResult

parser = argparse.ArgumentParser()
parser.add_argument("directory", type=pathlib.Path)
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--tls", choices=["starttls", "implicit"])
parser.add_argument("--certificate")
parser.add_argument("--key")
parser.add_argument("--user")
parser.add_argument("--password")
options = parser.parse_args()


def fault():
    path = options.directory / "fault"
    return path.read_text() if path.exists() else ""


class Handler:
    def __init__(self):
        self.count = len(list(options.directory.glob("*.json")))
        self.open = 0

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        (options.directory / "attempts").open("a").write(f"{address}\n")
        match fault():
            case "hang":
                await asyncio.sleep(3600)
            case "refuse":
                return f"550 5.1.1 <{address}>: there is no such mailbox"
            case "busy":
                return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server, session, envelope):
        self.open += 1
        try:
            return await self.take(server, envelope)
        finally:
            self.open -= 1

    async def take(self, server, envelope):
        if fault() == "hang before taking":
            await asyncio.sleep(3600)
        if fault() == "slow":
            await asyncio.sleep(0.5)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        mail = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "headers": [[name, str(value)] for name, value in message.items()],
            "text": message.get_content(),
            "raw": envelope.content.decode("utf-8", "backslashreplace"),
            "at_once": self.open,
        }
        self.count += 1
        unfinished = options.directory / "unfinished"
        unfinished.write_text(json.dumps(mail))
        unfinished.rename(options.directory / f"{self.count:04}.json")
        if fault() == "die after taking":
            server.transport.abort()
            await asyncio.sleep(3600)
        return "250 taken"


def allowed(server, session, envelope, mechanism, data):
    good = (data.login.decode(), data.password.decode()) == (options.user, options.password)
    return AuthResult(success=good)


async def main():
    tls = None
    if options.tls:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(options.certificate, options.key)
    starttls = tls if options.tls == "starttls" else None
    handler = Handler()

    def session():
        return SMTP(
            handler,
            hostname="mail.example.org",
            enable_SMTPUTF8=True,
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=allowed if options.user else None,
            auth_required=options.user is not None,
            auth_require_tls=options.tls == "starttls",
        )

    implicit = tls if options.tls == "implicit" else None
    loop = asyncio.get_running_loop()
    server = await loop.create_server(session, "127.0.0.1", options.port, ssl=implicit)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
