"""The gateway beside Envoy, with the same kpi behind both."""

import json

from . import messages
from .load import ROUNDS, h2load, median
from .system import ROOT, claims, free_port, wait_for

REQUESTS = 20_000
PATH = "/kreis.kpi.v1.KpiService/GetKpi"
WAYS = {
    "gRPC-Web, HTTP/1.1": {"web": True, "http1": True, "clients": 32},
    "gRPC-Web, HTTP/2": {"web": True, "clients": 8, "streams": 4},
    "gRPC": {"clients": 8, "streams": 4},
}
TARGET = 0.5


def measure(system, house):
    envoy_port, envoy = start_envoy(system, house)
    peers = {"kreis": (house.ports["gateway"], house.gateway), "Envoy": (envoy_port, envoy)}
    message = messages.number(1, 1)
    found = {(way, peer): [] for way in WAYS for peer in peers}
    for way, how in WAYS.items():
        for port, _ in peers.values():
            h2load(port, PATH, message, requests=2_000, token=house.token, **how)
        for _ in range(ROUNDS):
            for peer, (port, process) in peers.items():
                before, (answered, failed) = process.cpu(), house.calls_answered()
                rate = h2load(port, PATH, message, requests=REQUESTS, token=house.token, **how)
                micros = (process.cpu() - before) / REQUESTS * 1e6
                all_answered, all_failed = house.calls_answered()
                if all_answered - answered != REQUESTS or all_failed != failed:
                    raise RuntimeError(f"{peer} did not pass every call to kpi, or kpi refused some")
                found[way, peer].append((rate, micros))
    envoy.end()
    rows = []
    for way in WAYS:
        (rate, micros), (envoy_rate, envoy_micros) = (
            [median(column) for column in zip(*found[way, peer])] for peer in ("kreis", "Envoy"))
        rows.append({
            "what": f"{way}: CPU per call of the gateway", "measured": micros, "unit": "µs",
            "beside": f"Envoy {envoy_micros:.0f} µs", "ratio": micros / envoy_micros,
            "target": f"≤ {TARGET} of Envoy's", "met": micros / envoy_micros <= TARGET,
        })
        rows.append({
            "what": f"{way}: calls per second", "measured": rate, "unit": "/s",
            "beside": f"Envoy {envoy_rate:.0f} /s", "ratio": rate / envoy_rate,
        })
    return rows


def start_envoy(system, house):
    """Envoy with grpc_web, cors and jwt_authn with our key; two workers."""
    port = free_port()
    head, body = claims(house.token)
    key = {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": head["kid"], "x": house.public_key()}
    cors = {"allow_origin_string_match": [{"exact": "http://localhost"}],
            "allow_methods": "POST", "allow_headers": "authorization,content-type,x-grpc-web"}
    provider = {"issuer": body["iss"], "forward": True,
                "local_jwks": {"inline_string": json.dumps({"keys": [key]})}}
    if "aud" in body:
        provider["audiences"] = [body["aud"]] if isinstance(body["aud"], str) else body["aud"]
    filters = "type.googleapis.com/envoy.extensions.filters.http"
    manager = {
        "@type": "type.googleapis.com/envoy.extensions.filters.network"
                 ".http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "front", "codec_type": "AUTO",
        "route_config": {"virtual_hosts": [{
            "name": "all", "domains": ["*"],
            "typed_per_filter_config": {"envoy.filters.http.cors": {
                "@type": f"{filters}.cors.v3.CorsPolicy", **cors}},
            "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "kpi"}}],
        }]},
        "http_filters": [
            {"name": "envoy.filters.http.grpc_web", "typed_config": {"@type": f"{filters}.grpc_web.v3.GrpcWeb"}},
            {"name": "envoy.filters.http.cors", "typed_config": {"@type": f"{filters}.cors.v3.Cors"}},
            {"name": "envoy.filters.http.jwt_authn", "typed_config": {
                "@type": f"{filters}.jwt_authn.v3.JwtAuthentication", "providers": {"kreis": provider},
                "rules": [{"match": {"prefix": "/"}, "requires": {"provider_name": "kreis"}}]}},
            {"name": "envoy.filters.http.router", "typed_config": {"@type": f"{filters}.router.v3.Router"}},
        ],
    }
    options = "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
    config = {"static_resources": {
        "listeners": [{
            "address": address(port),
            "filter_chains": [{"filters": [{
                "name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]}],
        }],
        "clusters": [{
            "name": "kpi", "type": "STATIC", "connect_timeout": "1s",
            "typed_extension_protocol_options": {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                "@type": options, "explicit_http_config": {"http2_protocol_options": {}}}},
            "load_assignment": {"cluster_name": "kpi", "endpoints": [{
                "lb_endpoints": [{"endpoint": {"address": address(house.ports["kpi"])}}]}]},
        }],
    }}
    file = system.directory / "envoy.json"
    file.write_text(json.dumps(config))
    binary = ROOT / ".tools/envoy/bin/envoy-proxy"
    envoy = system.start("envoy", [binary, "-c", file, "--concurrency", "2", "-l", "warn",
                                   "--disable-hot-restart"])
    wait_for("127.0.0.1", port)
    return port, envoy


def address(port):
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}
