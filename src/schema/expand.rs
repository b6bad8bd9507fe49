//! From an interface file to the types that rosidl derives from it (implicit requests, events, action services).

use super::definition::{Definition, DefinitionKind};
use super::description::{
    Cardinality, Element, Field, FieldType, IndividualTypeDescription, PLACEHOLDER_MEMBER,
};
use super::primitive::Primitive;
use super::type_name::TypeName;

const TIME: &str = "builtin_interfaces/msg/Time";
const UUID: &str = "unique_identifier_msgs/msg/UUID";
const EVENT_INFO: &str = "service_msgs/msg/ServiceEventInfo";

/// One parsed interface file. The parts carry their own names (`pkg/srv/Name_Request`, …).
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "few exist at a time, and not for long")]
pub enum Interface {
    /// A `.msg` file, or one struct of an `.idl` file.
    Message(Definition),
    /// A `.srv` file.
    Service {
        /// `pkg/srv/Name`
        type_name: TypeName,
        /// `pkg/srv/Name_Request`
        request: Definition,
        /// `pkg/srv/Name_Response`
        response: Definition,
    },
    /// A `.action` file.
    Action {
        /// `pkg/action/Name`
        type_name: TypeName,
        /// `pkg/action/Name_Goal`
        goal: Definition,
        /// `pkg/action/Name_Result`
        result: Definition,
        /// `pkg/action/Name_Feedback`
        feedback: Definition,
    },
}

/// All types of an interface, the declared ones and those that rosidl derives from them, the interface itself
/// first. An empty message gets its placeholder member.
#[must_use]
pub fn expand(interface: Interface) -> Vec<Definition> {
    let mut types = Vec::new();
    match interface {
        Interface::Message(message) => types.push(message),
        Interface::Service { type_name, request, response } => {
            add_service(&mut types, &type_name, [request, response]);
        }
        Interface::Action { type_name, goal, result, feedback } => {
            add_action(&mut types, &type_name, [goal, result, feedback]);
        }
    }
    for definition in &mut types {
        if definition.description.fields.is_empty() {
            let placeholder = Field::new(PLACEHOLDER_MEMBER, FieldType::primitive(Primitive::UInt8));
            definition.description.fields.push(placeholder);
            definition.field_comments.push(Vec::new());
        }
    }
    types
}

fn add_service(types: &mut Vec<Definition>, service: &TypeName, parts: [Definition; 2]) {
    let [request, response] = parts;
    let event = service.derived("Event");
    types.push(derived(
        service,
        DefinitionKind::Service,
        vec![
            Field::new("request_message", FieldType::nested(request.type_name.as_str())),
            Field::new("response_message", FieldType::nested(response.type_name.as_str())),
            Field::new("event_message", FieldType::nested(event.as_str())),
        ],
    ));
    let at_most_one = |name: &TypeName| {
        FieldType::new(Element::Nested(name.as_str()), Cardinality::Sequence { bound: Some(1) })
    };
    let event = derived(
        &event,
        DefinitionKind::Message,
        vec![
            Field::new("info", FieldType::nested(EVENT_INFO)),
            Field::new("request", at_most_one(&request.type_name)),
            Field::new("response", at_most_one(&response.type_name)),
        ],
    );
    types.extend([request, response, event]);
}

fn add_action(types: &mut Vec<Definition>, action: &TypeName, parts: [Definition; 3]) {
    let [goal, result, feedback] = parts;
    let nested = |field: &str, name: &TypeName| Field::new(field, FieldType::nested(name.as_str()));
    let goal_id = || Field::new("goal_id", FieldType::nested(UUID));
    let message = |name: &TypeName, fields| derived(name, DefinitionKind::Message, fields);

    let send_goal = action.derived("SendGoal");
    let get_result = action.derived("GetResult");
    let feedback_message = action.derived("FeedbackMessage");
    types.push(derived(
        action,
        DefinitionKind::Action,
        vec![
            nested("goal", &goal.type_name),
            nested("result", &result.type_name),
            nested("feedback", &feedback.type_name),
            nested("send_goal_service", &send_goal),
            nested("get_result_service", &get_result),
            nested("feedback_message", &feedback_message),
        ],
    ));
    let send_goal_parts = [
        message(&send_goal.derived("Request"), vec![goal_id(), nested("goal", &goal.type_name)]),
        message(
            &send_goal.derived("Response"),
            vec![
                Field::new("accepted", FieldType::primitive(Primitive::Bool)),
                Field::new("stamp", FieldType::nested(TIME)),
            ],
        ),
    ];
    let get_result_parts = [
        message(&get_result.derived("Request"), vec![goal_id()]),
        message(
            &get_result.derived("Response"),
            vec![
                Field::new("status", FieldType::primitive(Primitive::Int8)),
                nested("result", &result.type_name),
            ],
        ),
    ];
    let feedback_message =
        message(&feedback_message, vec![goal_id(), nested("feedback", &feedback.type_name)]);
    types.extend([goal, result, feedback]);
    add_service(types, &send_goal, send_goal_parts);
    add_service(types, &get_result, get_result_parts);
    types.push(feedback_message);
}

fn derived(type_name: &TypeName, kind: DefinitionKind, fields: Vec<Field>) -> Definition {
    let description = IndividualTypeDescription { type_name: type_name.as_str().to_owned(), fields };
    Definition::of_description(type_name.clone(), kind, description)
}
