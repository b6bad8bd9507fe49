//! [`Parameters`]: the parameters of a node, and how they change.

use std::cell::Cell;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::thread::{self, ThreadId};

use super::formats::Formats;
use super::messages::{ListParametersResult, ParameterEvent, SetParametersResult, TimeMessage};
use super::store::{Changes, Store, already_declared, not_declared};
use super::value::{Parameter, ParameterDescriptor, ParameterValue};
use crate::error::{Error, ErrorKind, Result};
use crate::net::clock::{Clock, USE_SIM_TIME};
use crate::net::context::Slot;
use crate::net::fork;
use crate::net::node::WeakNode;
use crate::net::publisher::Declared;
use crate::net::received::seconds;
use crate::net::wait::Watched;
use crate::rmw::Gid;

/// How deep callbacks may set parameters, whose setting calls them again.
const DEEPEST: usize = 8;

type MaySet = dyn Fn(&[Parameter]) -> SetParametersResult + Send + Sync;
type AfterSet = dyn Fn(&[Parameter]) + Send + Sync;

/// What names a callback, to take it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParameterCallback(u64);

#[derive(Default)]
struct Callbacks {
    next: u64,
    may_set: Vec<(u64, Arc<MaySet>)>,
    after_set: Vec<(u64, Arc<AfterSet>)>,
}

/// The publisher of `/parameter_events`, which the node owns.
#[derive(Clone)]
pub(super) struct Events {
    pub(super) declared: Weak<Slot<Declared>>,
    pub(super) gid: Gid,
}

/// Who changes parameters: one thread at a time, with the callbacks that may refuse.
#[derive(Default)]
struct Changing {
    thread: Option<ThreadId>,
    depth: usize,
}

thread_local! {
    /// How many changes this thread makes, each from within a callback of the one before.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

struct Deeper;

impl Deeper {
    fn new() -> Result<Self> {
        let depth = DEPTH.get();
        if depth >= DEEPEST {
            let message = format!("parameters were set from within their own callbacks {DEEPEST} times over");
            return Err(Error::new(ErrorKind::Argument, message));
        }
        DEPTH.set(depth + 1);
        Ok(Self)
    }
}

impl Drop for Deeper {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}

/// The parameters of a node. Clones are the same; they do not keep the node.
#[derive(Clone)]
pub struct Parameters(pub(super) Arc<Shared>);

pub(super) struct Shared {
    node: WeakNode,
    name: String,
    clock: Clock,
    store: Mutex<Store>,
    callbacks: Mutex<Callbacks>,
    changing: Watched<Changing>,
    pub(super) events: OnceLock<Events>,
}

/// What a node says of the parameter that it declares.
#[derive(Clone, Debug, Default)]
pub struct Declaration {
    /// The value, unless there is an override.
    pub value: ParameterValue,
    /// What else is said of it.
    pub descriptor: ParameterDescriptor,
    /// Whether an override is passed over.
    pub ignore_override: bool,
}

impl From<ParameterValue> for Declaration {
    fn from(value: ParameterValue) -> Self {
        Self { value, ..Self::default() }
    }
}

impl Parameters {
    pub(super) fn new((node, name): (WeakNode, String), clock: Clock, store: Store) -> Self {
        let (store, callbacks, changing, events) =
            (Mutex::new(store), Mutex::default(), Watched::default(), OnceLock::new());
        Self(Arc::new(Shared { node, name, clock, store, callbacks, changing, events }))
    }

    /// Declares a parameter; its value is that of an override, if there is one. Returns it.
    pub fn declare(
        &self,
        name: &str,
        value: ParameterValue,
        descriptor: ParameterDescriptor,
    ) -> Result<ParameterValue> {
        self.declare_as(name, Declaration { value, descriptor, ignore_override: false })
    }

    /// The same, with all that can be said.
    pub fn declare_as(&self, name: &str, declaration: Declaration) -> Result<ParameterValue> {
        let Declaration { value, descriptor, ignore_override } = declaration;
        let check = |shared: &Shared| {
            shared.store().check_new(name, value.clone(), descriptor.clone(), ignore_override)
        };
        let _deeper = Deeper::new()?;
        let parameter = self.0.change(|shared| {
            let (parameter, descriptor) = check(shared)?;
            let parameters = [parameter.clone()];
            // One without a value is nothing that may be refused.
            let reason =
                if parameter.value == ParameterValue::NotSet { None } else { shared.refused(&parameters) };
            if let Some(reason) = reason {
                let message = format!("parameter '{name}' was refused: {reason}");
                return Err(Error::new(ErrorKind::ParameterValue, message));
            }
            // A callback may have declared it itself.
            check(shared)?;
            let changes = shared.store().add(parameter.clone(), descriptor);
            shared.tell(changes)?;
            Ok(parameter)
        })?;
        self.0.done(std::slice::from_ref(&parameter));
        Ok(parameter.value)
    }

    /// Declares several, or none where one of them is wrong; a callback may still refuse one when others are declared.
    pub fn declare_all(&self, declarations: Vec<(String, Declaration)>) -> Result<Vec<ParameterValue>> {
        let mut names = HashSet::new();
        for (name, Declaration { value, descriptor, ignore_override }) in &declarations {
            self.0.store().check_new(name, value.clone(), descriptor.clone(), *ignore_override)?;
            if !names.insert(name.as_str()) {
                return Err(already_declared(name));
            }
        }
        declarations.into_iter().map(|(name, declaration)| self.declare_as(&name, declaration)).collect()
    }

    /// Declares every override that is not declared, with the type that it has.
    pub(crate) fn declare_overrides(&self) -> Result<()> {
        let overrides = self.0.store().overrides.clone();
        for (name, value) in overrides {
            if !self.has(&name) {
                self.declare(&name, value, ParameterDescriptor::default())?;
            }
        }
        Ok(())
    }

    /// Takes a declaration back. Errors where there is none, and for a read-only parameter.
    pub fn undeclare(&self, name: &str) -> Result<()> {
        self.0.change(|shared| {
            let changes = shared.store().undeclare(name)?;
            shared.tell(changes)
        })
    }

    /// Whether a parameter is declared.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.store().get(name).is_some()
    }

    /// The value of a parameter. Errors where it is not declared, unless that is allowed; it is not set then. Errors where it
    /// was declared with a type alone and was not set since.
    pub fn get(&self, name: &str) -> Result<ParameterValue> {
        let store = self.0.store();
        match (store.get(name), store.descriptor(name)) {
            (Some(ParameterValue::NotSet), Some(descriptor)) if !descriptor.dynamic_typing => {
                let message = format!("parameter '{name}' was declared without a value and has not been set");
                Err(Error::new(ErrorKind::ParameterNotSet, message))
            }
            (Some(value), _) => Ok(value.clone()),
            (None, _) if store.allows_undeclared => Ok(ParameterValue::NotSet),
            (None, _) => Err(not_declared(name)),
        }
    }

    /// What is known of a parameter beside its value. Errors where it is not declared.
    pub fn describe(&self, name: &str) -> Result<ParameterDescriptor> {
        self.0.store().descriptor(name).cloned().ok_or_else(|| not_declared(name))
    }

    /// The names of all parameters, in the order of their declaration.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.list(&[], 0).names
    }

    /// The names of parameters below the prefixes, or of all; so many parts deep, or all where `depth` is 0.
    #[must_use]
    pub fn list(&self, prefixes: &[String], depth: u64) -> ListParametersResult {
        self.0.store().list(prefixes, depth)
    }

    /// Errors on the first that is not declared, unless that is allowed.
    pub fn check_declared(&self, parameters: &[Parameter]) -> Result<()> {
        self.0.store().undeclared(parameters).map_or(Ok(()), |name| Err(not_declared(name)))
    }

    /// Sets parameters one by one; how each went. A value that is not set deletes its parameter.
    pub fn set(&self, parameters: Vec<Parameter>) -> Result<Vec<SetParametersResult>> {
        parameters.into_iter().map(|parameter| self.0.set(vec![parameter])).collect()
    }

    /// Sets all parameters or none.
    pub fn set_atomically(&self, parameters: Vec<Parameter>) -> Result<SetParametersResult> {
        self.0.set(parameters)
    }

    /// Values that are taken in place of those of declarations that follow.
    pub fn override_values(&self, values: impl IntoIterator<Item = Parameter>) {
        let values = values.into_iter().map(|parameter| (parameter.name, parameter.value));
        self.0.store().overrides.extend(values);
    }

    /// Has `may_set` asked before parameters are set or declared: it is given all that is to be set at once, and any one may
    /// refuse. It runs on the thread that sets, and may itself read and set parameters.
    pub fn on_set(
        &self,
        may_set: impl Fn(&[Parameter]) -> SetParametersResult + Send + Sync + 'static,
    ) -> ParameterCallback {
        let mut callbacks = self.0.callbacks();
        let number = callbacks.number();
        callbacks.may_set.push((number, Arc::new(may_set)));
        ParameterCallback(number)
    }

    /// Has `after_set` told of what was set or declared, when it is.
    pub fn after_set(&self, after_set: impl Fn(&[Parameter]) + Send + Sync + 'static) -> ParameterCallback {
        let mut callbacks = self.0.callbacks();
        let number = callbacks.number();
        callbacks.after_set.push((number, Arc::new(after_set)));
        ParameterCallback(number)
    }

    /// Takes a callback back; whether it was there.
    pub fn remove_callback(&self, ParameterCallback(number): ParameterCallback) -> bool {
        fn take<T>(callbacks: &mut Vec<(u64, T)>, number: u64) -> Option<(u64, T)> {
            let at = callbacks.iter().position(|(own, _)| *own == number)?;
            Some(callbacks.remove(at))
        }
        let mut callbacks = self.0.callbacks();
        let taken = (take(&mut callbacks.may_set, number), take(&mut callbacks.after_set, number));
        drop(callbacks);
        taken.0.is_some() || taken.1.is_some()
    }

    /// Lets go of all callbacks, which may hold on to the node.
    pub(crate) fn forget_callbacks(&self) {
        let callbacks = std::mem::take(&mut *self.0.callbacks());
        drop(callbacks);
    }
}

/// Ends with the change, also where a callback panics.
struct Turn<'a>(&'a Watched<Changing>);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.change(|changing| {
            changing.depth -= 1;
            if changing.depth == 0 {
                changing.thread = None;
            }
        });
    }
}

impl Callbacks {
    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }
}

impl Shared {
    pub(super) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    fn callbacks(&self) -> MutexGuard<'_, Callbacks> {
        self.callbacks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes come one after the other; a callback of one may make another, which is done before it. Errors when the node
    /// was closed.
    fn change<R>(&self, change: impl FnOnce(&Self) -> Result<R>) -> Result<R> {
        fork::check()?;
        // There is none yet while it is being built.
        self.node.upgrade().map_or(Ok(()), |node| node.check_open())?;
        let own = thread::current().id();
        self.changing.wait(None, |changing| {
            let is_mine = changing.thread.is_none_or(|thread| thread == own);
            is_mine.then(|| {
                changing.thread = Some(own);
                changing.depth += 1;
            })
        });
        let _turn = Turn(&self.changing);
        change(self)
    }

    /// Why a callback refuses these.
    fn refused(&self, parameters: &[Parameter]) -> Option<String> {
        let callbacks = self.callbacks().may_set.clone();
        let mut results = callbacks.iter().map(|(_, callback)| callback(parameters));
        results.find(|result| !result.successful).map(|result| result.reason)
    }

    fn done(&self, parameters: &[Parameter]) {
        let callbacks = self.callbacks().after_set.clone();
        callbacks.iter().for_each(|(_, callback)| callback(parameters));
    }

    /// Sets all or none.
    pub(super) fn set(&self, parameters: Vec<Parameter>) -> Result<SetParametersResult> {
        let _deeper = Deeper::new()?;
        let result = self.change(|shared| {
            let reason = shared.store().refuses(&parameters);
            if let Some(reason) = reason.or_else(|| shared.refused(&parameters)) {
                return Ok(SetParametersResult::refused(reason));
            }
            let mut store = shared.store();
            // A callback may have changed what is allowed.
            if let Some(reason) = store.refuses(&parameters) {
                return Ok(SetParametersResult::refused(reason));
            }
            let changes = store.set(parameters.clone());
            drop(store);
            shared.tell(changes)?;
            Ok(SetParametersResult::successful())
        })?;
        if result.successful {
            // Others may change parameters meanwhile.
            self.done(&parameters);
        }
        Ok(result)
    }

    /// Follows a change, and tells the others of it.
    fn tell(&self, changes: Changes) -> Result<()> {
        if changes == Changes::default() {
            return Ok(());
        }
        if let Err(error) = self.publish(changes) {
            // What was set stays set.
            tracing::warn!("{error}");
        }
        self.follow_time()
    }

    fn follow_time(&self) -> Result<()> {
        let wanted = self.store().get(USE_SIM_TIME) == Some(&ParameterValue::Bool(true));
        match self.node.upgrade() {
            Some(node) if self.clock.is_simulated() != wanted => self.clock.simulate(wanted, &node),
            _ => Ok(()),
        }
    }

    fn publish(&self, changes: Changes) -> Result<()> {
        let Some(Events { declared, gid }) = self.events.get() else { return Ok(()) };
        let Some(declared) = declared.upgrade() else { return Ok(()) };
        let (sec, nanosec) = seconds(self.clock.now());
        let messages = |parameters: Vec<Parameter>| parameters.into_iter().map(Into::into).collect();
        let event = ParameterEvent {
            stamp: TimeMessage { sec, nanosec },
            node: self.name.clone(),
            new_parameters: messages(changes.new),
            changed_parameters: messages(changes.changed),
            deleted_parameters: messages(changes.deleted),
        };
        let payload = Formats::get()?.event.encode(&event)?;
        let sent = declared.with(|declared| declared.send(payload.into(), *gid));
        sent.unwrap_or(Ok(())).map_err(|error| {
            crate::net::transport_error("a message on /parameter_events could not be sent", &error)
        })
    }
}

impl std::fmt::Debug for Parameters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parameters").field("node", &self.0.name).finish_non_exhaustive()
    }
}
