# The few commands there are.

.PHONY: run test check fmt queries

# Builds kreis and starts it with demo data.
run:
	@tools/install run
	cargo build --release --package kreis-standalone
	@echo
	@echo "kreis starts with demo data; the line 'ready: …' says where. Sign in from another shell, here:"
	@echo "  .tools/grpcurl/bin/grpcurl -plaintext -d '{\"email\": \"economist@example.org\", \"password\": \"kreis-demo-only\"}' \\"
	@echo "    127.0.0.1:8080 kreis.auth.v1.AuthService/Login"
	@echo "or as gatekeeper@example.org, with the same password. Ctrl-C stops it."
	@echo
	target/release/kreis serve --demo

# Everything: formatting, lints, the contract, and every test on a real Postgres.
test: check
	cargo build --workspace --all-targets
	cargo run --package kreis-tests --bin with-postgres -- cargo test --workspace

# What needs no server.
check:
	@tools/install tests
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- --deny warnings
	cd proto && ../.tools/buf/node_modules/.bin/buf lint
	tools/structure
	tools/licences

fmt:
	cargo fmt --all

# Writes the checked queries' metadata anew; needs Postgres with psql.
queries:
	tools/queries
