//! `mcp`: the archive as a tool for assistants, over standard input and output.
//!
//! The protocol is spoken by `rmcp`; every tool asks the library and gives back what it answers, with citations. Nothing
//! is written. What stories say comes back as data, and each answer says that it is nothing else.

mod answer;
mod tools;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::Context;
use pullquote::answers::Archive;
use rmcp::{
    ErrorData, RoleServer, ServerHandler, ServiceExt,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation,
        ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
    },
    service::RequestContext,
};

use self::{answer::NOTICE, tools::TOOLS};
use super::{ArchiveArgs, ask, exit::Exit, ui::Ui};

/// How long a question may take. What was not looked at by then is said.
const PATIENCE: Duration = Duration::from_secs(10);

/// The archive as a tool for assistants, over standard input and output
///
/// Speaks the Model Context Protocol until its input ends. docs/ASSISTANTS.md tells how to add it to a client.
#[derive(clap::Args)]
pub struct Args {}

/// Runs the command.
pub fn run(_: &Args, archive: &ArchiveArgs, _: &mut Ui) -> anyhow::Result<Exit> {
    let server = Server { archive: Arc::new(Mutex::new(ask::open(archive)?)) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
    runtime.context("cannot start")?.block_on(async {
        let service = match server.serve(rmcp::transport::stdio()).await {
            Ok(service) => service,
            // Whoever looks in and says nothing has done nothing wrong.
            Err(rmcp::service::ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
            Err(error) => return Err(error).context("the client does not speak the protocol"),
        };
        service.waiting().await.map(drop).context("the conversation broke off")
    })?;
    Ok(Exit::Done)
}

/// What answers a client.
#[derive(Clone)]
struct Server {
    archive: Arc<Mutex<Archive>>,
}

impl Server {
    /// The archive as it is now.
    fn archive(&self) -> Archive {
        let mut archive = self.archive.lock().unwrap_or_else(PoisonError::into_inner);
        // Where a newer commit cannot be read, the one that is open still answers.
        let _ = archive.refresh();
        archive.until(Instant::now() + PATIENCE).on(ask::today())
    }

    fn call(&self, request: CallToolRequestParams) -> Result<CallToolResult, ErrorData> {
        let Some(tool) = TOOLS.iter().find(|tool| tool.name == request.name) else {
            let known: Vec<&str> = TOOLS.iter().map(|tool| tool.name).collect();
            let said = format!("field `name`: there is no tool {:?}: {}", request.name, known.join(", "));
            return Err(ErrorData::invalid_params(said, None));
        };
        let archive = self.archive();
        Ok(match (tool.call)(&archive, request.arguments.unwrap_or_default()) {
            Ok(answer) => {
                let value = answer.value(archive.is_complete());
                let mut result =
                    CallToolResult::success(vec![ContentBlock::text(format!("{NOTICE}\n\n{value}"))]);
                result.structured_content = Some(value);
                result
            }
            Err(fault) => CallToolResult::error(vec![ContentBlock::text(fault.to_string())]),
        })
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let about = Implementation::new("pullquote", env!("CARGO_PKG_VERSION"));
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(about)
            .with_instructions(format!(
                "A news archive that knows who said what. Give the citation beside everything taken from it, and hold \
                 every quotation you write against it with `verify`: its verdicts speak of this archive only. {NOTICE}"
            ))
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let shown = |tool: &tools::Entry| {
            let hints =
                ToolAnnotations::new().read_only(true).destructive(false).idempotent(true).open_world(false);
            Tool::new(tool.name, tool.about, (tool.schema)()).with_annotations(hints)
        };
        Ok(ListToolsResult::with_all_items(TOOLS.iter().map(shown).collect()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        self.call(request).map(CallToolResponse::from)
    }
}
