//! A message of defaults, to be filled in: what `ros2 interface proto` prints.

use std::sync::Arc;

use crate::codec::{JsonBytes, JsonInput, JsonOutput, Plan, from_json, to_json};
use crate::error::Result;

use super::Schema;

impl Schema {
    /// The message with all its defaults as JSON; of a service the request, of an action the goal.
    pub fn prototype(&self, bytes: JsonBytes) -> Result<Vec<u8>> {
        let messages = self.messages()?;
        let name = messages.first().map_or(self.definition().type_name.as_str(), |m| m.type_name.as_str());
        let plan = Plan::compile(&Arc::new(self.description().part(name)?))?;
        let payload = from_json(&plan, b"{}", &JsonInput::default())?;
        to_json(&plan, &payload, &JsonOutput { bytes })
    }
}
