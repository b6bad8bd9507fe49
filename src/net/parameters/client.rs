//! [`ParameterClient`]: reads and sets the parameters of another node.

use std::time::{Duration, Instant};

use super::messages::{
    DescribeResponse, GetResponse, ListParametersResult, ListRequest, ListResponse, NamesRequest,
    SetAtomicallyResponse, SetParametersResult, SetRequest, SetResponse, TypesResponse,
};
use super::value::{Parameter, ParameterDescriptor, ParameterType, ParameterValue};
use crate::error::{Error, ErrorKind, Result};
use crate::net::node::Node;
use crate::net::typed::TypedClient;
use crate::registry::Registry;
use crate::rmw::names;

/// A client of the parameter services of a node. Every call errors when the time is up.
#[derive(Debug)]
pub struct ParameterClient {
    list: TypedClient<ListRequest, ListResponse>,
    get: TypedClient<NamesRequest, GetResponse>,
    types: TypedClient<NamesRequest, TypesResponse>,
    describe: TypedClient<NamesRequest, DescribeResponse>,
    set: TypedClient<SetRequest, SetResponse>,
    set_atomically: TypedClient<SetRequest, SetAtomicallyResponse>,
}

impl ParameterClient {
    /// The names of parameters below the prefixes, or of all; so many parts deep, or all where `depth` is 0.
    pub fn list(
        &self,
        prefixes: Vec<String>,
        depth: u64,
        timeout: Option<Duration>,
    ) -> Result<ListParametersResult> {
        Ok(self.list.call(&ListRequest { prefixes, depth }, timeout)?.result)
    }

    /// The values of parameters. Errors where the node does not know all of them.
    pub fn get(&self, names: Vec<String>, timeout: Option<Duration>) -> Result<Vec<ParameterValue>> {
        let response = self.get.call(&NamesRequest { names: names.clone() }, timeout)?;
        all(&names, response.values)?.into_iter().map(TryInto::try_into).collect()
    }

    /// The types of parameters. Errors where the node does not know all of them.
    pub fn types(&self, names: Vec<String>, timeout: Option<Duration>) -> Result<Vec<ParameterType>> {
        let response = self.types.call(&NamesRequest { names: names.clone() }, timeout)?;
        all(&names, response.types)?.into_iter().map(ParameterType::of_number).collect()
    }

    /// What is known of parameters beside their values. Errors where the node does not know all of them.
    pub fn describe(
        &self,
        names: Vec<String>,
        timeout: Option<Duration>,
    ) -> Result<Vec<ParameterDescriptor>> {
        let response = self.describe.call(&NamesRequest { names: names.clone() }, timeout)?;
        all(&names, response.descriptors)
    }

    /// Sets parameters one by one; how each went. A value that is not set deletes its parameter.
    pub fn set(
        &self,
        parameters: Vec<Parameter>,
        timeout: Option<Duration>,
    ) -> Result<Vec<SetParametersResult>> {
        let names: Vec<String> = parameters.iter().map(|parameter| parameter.name.clone()).collect();
        let parameters = parameters.into_iter().map(Into::into).collect();
        all(&names, self.set.call(&SetRequest { parameters }, timeout)?.results)
    }

    /// Sets all parameters or none.
    pub fn set_atomically(
        &self,
        parameters: Vec<Parameter>,
        timeout: Option<Duration>,
    ) -> Result<SetParametersResult> {
        let parameters = parameters.into_iter().map(Into::into).collect();
        Ok(self.set_atomically.call(&SetRequest { parameters }, timeout)?.result)
    }

    /// Waits until the node serves its parameters; whether it does when the time is up.
    pub fn wait_for_services(&self, timeout: Duration) -> Result<bool> {
        let started = Instant::now();
        let clients = [
            self.list.untyped(),
            self.get.untyped(),
            self.types.untyped(),
            self.describe.untyped(),
            self.set.untyped(),
            self.set_atomically.untyped(),
        ];
        for client in clients {
            if !client.wait_for_service(timeout.saturating_sub(started.elapsed()))? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// What was answered for each name. Nodes answer for all or for none.
fn all<T>(names: &[String], answers: Vec<T>) -> Result<Vec<T>> {
    if answers.len() == names.len() {
        return Ok(answers);
    }
    let message = format!("the node does not know all of the parameters {}", names.join(", "));
    Err(Error::new(ErrorKind::Argument, message))
}

impl Node {
    /// A client of the parameters of another node, by its fully qualified name.
    pub fn create_parameter_client(&self, other: &str) -> Result<ParameterClient> {
        let registry = Registry::new();
        let name = |service: &str| names::qualified(other, service);
        let service_type = |service: &str| format!("rcl_interfaces/srv/{service}");
        macro_rules! client {
            ($name:literal, $service_type:literal) => {
                self.client(&name($name), &service_type($service_type), &registry)?
            };
        }
        Ok(ParameterClient {
            list: client!("list_parameters", "ListParameters"),
            get: client!("get_parameters", "GetParameters"),
            types: client!("get_parameter_types", "GetParameterTypes"),
            describe: client!("describe_parameters", "DescribeParameters"),
            set: client!("set_parameters", "SetParameters"),
            set_atomically: client!("set_parameters_atomically", "SetParametersAtomically"),
        })
    }
}
