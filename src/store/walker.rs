//! Walker records: a walker between two visits, as plain data.
//!
//! Owns all that is known of an async walker: its fields, queue, reports and globals, how
//! often it has visited and tried, and what `__jac__.schedule` shows. A new version shares
//! with the old one all that did not change. It refuses to decide: when a status moves is
//! for the step engine and the task module, `Status::may_become` only says what is legal.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::record::{DictRecord, Id, Kind, ListRecord, Queue, Record, Reference};

/// Where a walker is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Stored and waiting for a worker, for its due time, or for its next attempt.
    /// Entered by a spawn, or from `Running` when a failed attempt will be retried; left
    /// when its step begins. A crash leaves it as it is.
    Pending,
    /// Its first visit of this attempt has begun and its last has not been committed,
    /// also while it waits or stands in line. Entered by the step that begins, left by the
    /// commit of the last visit, a failure or a cancellation. After a crash it goes on at
    /// the visit where it stopped.
    Running,
    /// The last visit was committed. Left only by another spawn under the same id.
    Completed,
    /// An exception or a time-out ended the last attempt. Left only by another spawn.
    Failed,
    /// Cancelled before or in a visit. Left only by another spawn.
    Cancelled,
}

/// A walker, as it was when its last visit was committed (or when it failed).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WalkerRecord {
    pub id: Id,
    /// What was fixed at the spawn.
    pub dispatch: Arc<Dispatch>,
    pub status: Status,
    pub fields: Fields,
    /// Its own globals and static fields, by name, where they differ from `dispatch.globals`.
    pub globals: Record,
    /// What `Record::Shared` in its fields and globals means.
    pub shared: ListRecord,
    /// The state of its random numbers.
    pub random: Record,
    /// The nodes that it will visit.
    pub queue: Queue,
    pub reports: ListRecord,
    /// Visits over all lives under this id.
    pub visit: u64,
    /// The value of `visit` when this life began.
    pub born: u64,
    /// Failed attempts of this life that were retried.
    pub attempts: u32,
    /// Committed steps of this life.
    pub steps: u64,
    /// A cancellation was asked for and has not been delivered.
    pub cancel: bool,
    pub http_status: Option<i32>,
    /// A dict.
    pub custom: Record,
    /// 0 to 1.
    pub progress: Option<f64>,
    /// When it is due: at the spawn's time, or the time of the next attempt. µs since 1970, UTC.
    pub due_us: i64,
    /// When it actually started.
    pub executed_us: Option<i64>,
    pub finished_us: Option<i64>,
    /// `Type: message`, then the Jac traceback.
    pub error: Option<Arc<str>>,
    /// The exception itself, for `await` to raise again.
    pub exception: Record,
    /// Of one that failed: what another attempt begins with, since the rest tells how far it got.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_failure: Option<Arc<StepStart>>,
}

/// What of a walker a failure leaves as it was then, as it was when the step began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepStart {
    pub fields: Fields,
    pub shared: ListRecord,
    pub reports: ListRecord,
    pub custom: Record,
    pub progress: Option<f64>,
    pub http_status: Option<i32>,
}

/// What is fixed when a walker is spawned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dispatch {
    /// Qualified name of the class.
    pub class: Arc<str>,
    /// The node on which it is started.
    pub node_id: Id,
    /// The root of the user who triggered it.
    pub root_id: Id,
    pub parent_id: Option<Id>,
    /// When it was scheduled to execute. µs since 1970, UTC.
    pub execute_us: i64,
    /// Globals and static fields at the spawn, by name: one record for all spawns until
    /// one of them is changed. Kept apart from the record, since many share it.
    #[serde(skip)]
    pub globals: Record,
    /// Over all attempts.
    pub timeout_ms: Option<u64>,
    pub retries: u32,
    /// Before the first retry.
    pub backoff_ms: u64,
    /// 0 to 9, 0 first.
    pub priority: u8,
    /// How many of this class run at once.
    pub concurrency: Option<u32>,
}

/// Named fields in the order of their declaration. A clone is one reference count, and a
/// changed field costs the number of fields, not what they hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Fields(Arc<[(Arc<str>, Record)]>);

impl Status {
    /// Whether the walker's life under this spawn is over.
    pub fn has_ended(self) -> bool {
        matches!(self, Status::Completed | Status::Failed | Status::Cancelled)
    }

    /// Whether a commit may move a walker from this status to `next`.
    pub fn may_become(self, next: Status) -> bool {
        match self {
            Status::Pending => !matches!(next, Status::Completed),
            Status::Running => true,
            Status::Completed | Status::Failed | Status::Cancelled => matches!(next, Status::Pending),
        }
    }

    /// The word that `__jac__.schedule.status` shows.
    pub fn name(self) -> &'static str {
        match self {
            Status::Pending => "pending",
            Status::Running => "running",
            Status::Completed => "completed",
            Status::Failed => "failed",
            Status::Cancelled => "cancelled",
        }
    }
}

impl Dispatch {
    /// A spawn on a node, with the defaults of all that a program may specify.
    pub fn new(class: impl Into<Arc<str>>, node_id: Id, execute_us: i64) -> Self {
        Dispatch {
            class: class.into(),
            node_id,
            root_id: Id::ROOT,
            parent_id: None,
            execute_us,
            globals: Record::None,
            timeout_ms: None,
            retries: 0,
            backoff_ms: 1000,
            priority: 4,
            concurrency: None,
        }
    }
}

impl WalkerRecord {
    /// A walker that was just spawned: pending, with one node to visit.
    pub fn spawned(id: Id, dispatch: Dispatch, fields: Fields) -> Self {
        WalkerRecord {
            id,
            status: Status::Pending,
            fields,
            globals: Record::Dict(DictRecord::new()),
            shared: ListRecord::new(),
            random: Record::None,
            queue: [dispatch.node_id].into_iter().collect(),
            reports: ListRecord::new(),
            visit: 0,
            born: 0,
            attempts: 0,
            steps: 0,
            cancel: false,
            http_status: None,
            custom: Record::Dict(DictRecord::new()),
            progress: None,
            due_us: dispatch.execute_us,
            executed_us: None,
            finished_us: None,
            error: None,
            exception: Record::None,
            before_failure: None,
            dispatch: Arc::new(dispatch),
        }
    }

    /// An ended walker that is spawned again: a new life under the same id, whose visits
    /// go on counting. None if it has not ended.
    pub fn respawned(&self, dispatch: Dispatch, fields: Fields) -> Option<Self> {
        let visit = self.visit + 1;
        let new = || WalkerRecord { visit, born: visit, ..WalkerRecord::spawned(self.id, dispatch, fields) };
        self.status.has_ended().then(new)
    }

    /// What a step begins with.
    pub fn step_start(&self) -> StepStart {
        StepStart {
            fields: self.fields.clone(),
            shared: self.shared.clone(),
            reports: self.reports.clone(),
            custom: self.custom.clone(),
            progress: self.progress,
            http_status: self.http_status,
        }
    }

    /// One that failed or was cancelled, pending again at the visit where it stopped. None for others.
    pub fn retried(&self, now_us: i64) -> Option<Self> {
        if !matches!(self.status, Status::Failed | Status::Cancelled) {
            return None;
        }
        let start = self.before_failure.as_deref().cloned().unwrap_or_else(|| self.step_start());
        let StepStart { fields, shared, reports, custom, progress, http_status } = start;
        Some(WalkerRecord {
            status: Status::Pending,
            fields,
            shared,
            reports,
            custom,
            progress,
            http_status,
            attempts: 0,
            cancel: false,
            due_us: now_us,
            executed_us: None,
            finished_us: None,
            error: None,
            exception: Record::None,
            before_failure: None,
            ..self.clone()
        })
    }

    /// `w:Class:id`
    pub fn reference(&self) -> Reference {
        Reference { kind: Kind::Walker, name: self.dispatch.class.clone(), id: self.id }
    }
}

impl Fields {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn get(&self, position: usize) -> Option<&Record> {
        self.0.get(position).map(|(_, record)| record)
    }

    pub fn named(&self, name: &str) -> Option<&Record> {
        self.iter().find(|(known, _)| known.as_ref() == name).map(|(_, record)| record)
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Record)> {
        self.0.iter().map(|(name, record)| (name, record))
    }

    /// A version with some fields changed, by position; positions that do not exist are passed over.
    pub fn with(&self, changed: impl IntoIterator<Item = (usize, Record)>) -> Self {
        let mut fields: Vec<_> = self.0.to_vec();
        for (position, record) in changed {
            if let Some((_, old)) = fields.get_mut(position) {
                *old = record;
            }
        }
        Fields(fields.into())
    }
}

impl FromIterator<(Arc<str>, Record)> for Fields {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Record)>>(fields: I) -> Self {
        Fields(fields.into_iter().collect())
    }
}
