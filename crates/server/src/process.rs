//! The process of a server, from its start to its end.

use std::fmt::Debug;

use tokio_util::sync::CancellationToken;

use crate::{
    bind_error::BindError,
    config::Settings,
    connections::{self, BoundServer},
    core_dumps,
    metrics::Metrics,
    metrics_listener::MetricsListener,
    telemetry::LogConfig,
};

/// The `main` of a server: reads the configuration, starts logs, binds, and runs until SIGTERM or
/// Ctrl-C. `service` is its name in traces. Errors end the process with plain sentences.
pub async fn main<C, A: Debug>(
    service: &'static str,
    read: impl FnOnce(&mut Settings) -> C,
    bind: impl AsyncFnOnce(C, Metrics, CancellationToken) -> Result<BoundServer<A>, BindError>,
) -> std::process::ExitCode {
    match run(service, read, bind).await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
    }
}

async fn run<C, A: Debug>(
    service: &'static str,
    read: impl FnOnce(&mut Settings) -> C,
    bind: impl AsyncFnOnce(C, Metrics, CancellationToken) -> Result<BoundServer<A>, BindError>,
) -> Result<(), BindError> {
    let mut settings = Settings::from_environment();
    core_dumps::disable(&mut settings);
    let logging = LogConfig::from_settings(&mut settings);
    let metrics_listener = MetricsListener::from_settings(&mut settings);
    let config = read(&mut settings);
    settings.finish()?;
    let _flush_guard = logging.begin(service);
    connections::raise_file_limit();
    let shutdown = CancellationToken::new();
    let metrics = Metrics::default();
    let bound = bind(config, metrics.clone(), shutdown.clone()).await?;
    metrics_listener.open(&metrics, shutdown.clone()).await?;
    let signals = shutdown.clone();
    tokio::spawn(async move {
        stop_signal().await;
        signals.cancel();
    });
    tracing::info!(addresses = ?bound.addresses, "listening");
    bound.run.await;
    Ok(())
}

/// Waits for SIGTERM or Ctrl-C.
pub async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let interrupted = async {
        // Without this handler the signal ends the process in any case.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
