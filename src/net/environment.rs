//! [`Environment`]: the variables that genuine ROS nodes read.

use std::env;

use crate::error::{Error, ErrorKind, Result};

/// What the environment says, as text. Read where the builder says nothing.
#[derive(Debug, Default)]
pub(super) struct Environment {
    /// `ROS_DOMAIN_ID`
    pub(super) domain_id: Option<String>,
    /// `ROS_NAMESPACE`: the namespace of nodes that name none.
    pub(super) namespace: Option<String>,
    /// `ZENOH_ROUTER_CHECK_ATTEMPTS`: how often to look for a router before nodes start.
    pub(super) router_check_attempts: Option<String>,
    /// `ZENOH_SESSION_CONFIG_URI`: a file that replaces the default configuration.
    pub(super) session_config: Option<String>,
    /// `ZENOH_CONFIG_OVERRIDE`: `key=value;key=value`, set on top of it.
    pub(super) config_override: Option<String>,
    /// `ZENOH_SHM_ALLOC_SIZE`: the bytes of shared memory that are set aside.
    pub(super) shm_alloc_size: Option<String>,
    /// `ZENOH_SHM_MESSAGE_SIZE_THRESHOLD`: the smallest payload that is shared, a power of two.
    pub(super) shm_message_size_threshold: Option<String>,
}

impl Environment {
    pub(super) fn of_process() -> Self {
        let variable = |name| {
            env::var_os(name)
                .map(|value| value.to_string_lossy().into_owned())
                .filter(|value| !value.is_empty())
        };
        Self {
            domain_id: variable("ROS_DOMAIN_ID"),
            namespace: variable("ROS_NAMESPACE"),
            router_check_attempts: variable("ZENOH_ROUTER_CHECK_ATTEMPTS"),
            session_config: variable("ZENOH_SESSION_CONFIG_URI"),
            config_override: variable("ZENOH_CONFIG_OVERRIDE"),
            shm_alloc_size: variable("ZENOH_SHM_ALLOC_SIZE"),
            shm_message_size_threshold: variable("ZENOH_SHM_MESSAGE_SIZE_THRESHOLD"),
        }
    }

    /// The ROS domain; 0 when the variable is not set.
    pub(super) fn domain_id(&self) -> Result<u32> {
        let Some(text) = &self.domain_id else { return Ok(0) };
        integer(text).ok_or_else(|| {
            Error::new(
                ErrorKind::Argument,
                format!("ROS_DOMAIN_ID is `{text}`; expected an integer from 0 on"),
            )
        })
    }

    /// How often a router is looked for: once unless it is said otherwise, not at all for a negative number, and until there
    /// is one, which is `None`, for 0.
    pub(super) fn router_check_attempts(&self) -> Result<Option<u64>> {
        let text = self.router_check_attempts.as_deref().unwrap_or("1");
        match text.trim().parse::<i64>() {
            Ok(0) => Ok(None),
            Ok(attempts) => Ok(Some(u64::try_from(attempts).unwrap_or_default())),
            Err(_) => {
                let message = format!("ZENOH_ROUTER_CHECK_ATTEMPTS is `{text}`; expected an integer");
                Err(Error::new(ErrorKind::Argument, message))
            }
        }
    }

    /// What the variables for shared memory say: the size of the pool, and the smallest payload that is shared.
    pub(super) fn shared_memory(&self) -> Result<(Option<usize>, Option<usize>)> {
        let number = |name: &str, text: &Option<String>, expected: &str, fits: fn(usize) -> bool| {
            let Some(text) = text else { return Ok(None) };
            let number = text.trim().parse().ok().filter(|&number| fits(number));
            let refused =
                || Error::new(ErrorKind::Argument, format!("{name} is `{text}`; expected {expected}"));
            number.map(Some).ok_or_else(refused)
        };
        let (size, threshold) = (&self.shm_alloc_size, &self.shm_message_size_threshold);
        Ok((
            number("ZENOH_SHM_ALLOC_SIZE", size, "a number of bytes from 1 on", |size| size > 0)?,
            number("ZENOH_SHM_MESSAGE_SIZE_THRESHOLD", threshold, "a power of two", usize::is_power_of_two)?,
        ))
    }

    /// The settings to override, key and JSON5 value. Pairs without a `=` are skipped with a warning, as
    /// genuine nodes do.
    pub(super) fn overrides(&self) -> Vec<(&str, &str)> {
        let text = self.config_override.as_deref().unwrap_or_default();
        text.split(';')
            .map(str::trim)
            .filter(|setting| !setting.is_empty())
            .filter_map(key_and_value)
            .collect()
    }
}

fn key_and_value(setting: &str) -> Option<(&str, &str)> {
    let pair = setting.split_once('=').map(|(key, value)| (key.trim(), value.trim()));
    if pair.is_none() {
        tracing::warn!("ZENOH_CONFIG_OVERRIDE holds `{setting}`, which is not `key=value`; it is skipped");
    }
    pair
}

/// An integer as C's `strtoul` with base 0 reads it (`0x10` is 16, `010` is 8), but nothing may follow it.
fn integer(text: &str) -> Option<u32> {
    let text = text.trim_start();
    let digits = text.strip_prefix('+').unwrap_or(text);
    let (digits, radix) = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(hex) => (hex, 16),
        None if digits.len() > 1 && digits.starts_with('0') => (digits, 8),
        None => (digits, 10),
    };
    let only_digits = digits.chars().all(|digit| digit.is_digit(radix));
    only_digits.then(|| u32::from_str_radix(digits, radix).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_domain_is_read_as_strtoul_does() {
        let domain = |text: &str| {
            let environment = Environment { domain_id: Some(text.to_owned()), ..Environment::default() };
            environment.domain_id()
        };
        for (text, id) in
            [("0", 0), ("42", 42), ("0x10", 16), ("0XfF", 255), ("010", 8), (" 7", 7), ("+7", 7)]
        {
            assert_eq!(domain(text).unwrap(), id, "{text}");
        }
        for text in ["x", "5x", "-1", "0x", "09", "++1", "1.0", "99999999999999999999"] {
            let error = domain(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Argument, "{text}");
            assert!(error.to_string().contains(&format!("`{text}`")));
        }
        assert_eq!(Environment::default().domain_id().unwrap(), 0);
    }

    #[test]
    fn a_router_is_looked_for_as_often_as_it_is_said() {
        let attempts = |text: Option<&str>| {
            let router_check_attempts = text.map(str::to_owned);
            Environment { router_check_attempts, ..Environment::default() }.router_check_attempts()
        };
        for (text, expected) in [
            (None, Some(1)),
            (Some("3"), Some(3)),
            (Some("0"), None),
            (Some("-1"), Some(0)),
            (Some(" 2"), Some(2)),
        ] {
            assert_eq!(attempts(text).unwrap(), expected, "{text:?}");
        }
        for text in ["x", "1.5", "1e3", "99999999999999999999"] {
            let error = attempts(Some(text)).unwrap_err();
            let expected = format!("ZENOH_ROUTER_CHECK_ATTEMPTS is `{text}`; expected an integer");
            assert_eq!((error.kind(), error.to_string()), (ErrorKind::Argument, expected));
        }
    }

    #[test]
    fn shared_memory_is_told_in_bytes() {
        let told = |size: Option<&str>, threshold: Option<&str>| {
            let (shm_alloc_size, shm_message_size_threshold) =
                (size.map(str::to_owned), threshold.map(str::to_owned));
            Environment { shm_alloc_size, shm_message_size_threshold, ..Environment::default() }
                .shared_memory()
        };
        assert_eq!(told(None, None).unwrap(), (None, None));
        assert_eq!(told(Some("1048576"), Some("512")).unwrap(), (Some(1_048_576), Some(512)));
        for (size, threshold, expected) in [
            (Some("0"), None, "ZENOH_SHM_ALLOC_SIZE is `0`; expected a number of bytes from 1 on"),
            (Some("48M"), None, "ZENOH_SHM_ALLOC_SIZE is `48M`; expected a number of bytes from 1 on"),
            (None, Some("500"), "ZENOH_SHM_MESSAGE_SIZE_THRESHOLD is `500`; expected a power of two"),
        ] {
            assert_eq!(told(size, threshold).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn overrides_are_split_at_the_first_equals_sign() {
        let text = "mode=\"client\"; connect/endpoints=[\"tcp/h:1#a=b\"];;nonsense;";
        let environment = Environment { config_override: Some(text.to_owned()), ..Environment::default() };
        let expected = [("mode", "\"client\""), ("connect/endpoints", "[\"tcp/h:1#a=b\"]")];
        assert_eq!(environment.overrides(), expected);
        assert!(Environment::default().overrides().is_empty());
    }
}
