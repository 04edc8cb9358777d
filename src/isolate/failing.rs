//! How an attempt of a walker ends without success: an exception, a cancellation, a time-out.
//!
//! The step's graph changes and unstarted children go; the walker's own fields and reports stay as they
//! were at the failure, since they tell how far it got. Owns what of it goes into the record, and whether
//! and when the walker is tried again. Refuses to know who runs it then.

use std::sync::Arc;

use super::dispatch::schedule_of;
use super::freeze::freeze;
use super::shared::{Failure, Stop};
use super::walker::WalkerHost;
use crate::diagnostics::traceback_text;
use crate::store::{Base, ChangeSet, Outcome as Committed, Status, WalkerChange, WalkerRecord, WalkerSlot};
use crate::value::{ErrorKind, Heap, Instance, Raised, Ref, Value};

/// The longest wait before a retry.
const LONGEST_BACKOFF_MS: u64 = 3_600_000;

/// An attempt that has ended.
struct Attempt {
    is_final: bool,
    report: Option<crate::diagnostics::UncaughtReport>,
}

impl WalkerHost {
    /// Text without a line break is a line at the end of the walker.
    pub(super) fn finish_text(&self) {
        self.with_run(|run| {
            let rest = std::mem::take(&mut run.partial);
            if !rest.is_empty() {
                let line =
                    crate::store::OutputLine { stream: crate::store::Stream::Stdout, text: rest.into() };
                run.lines.push(line);
            }
        });
    }

    /// An exception has left the step: its graph changes and unstarted children go; the walker's own fields
    /// stay as they are, since they tell how far it got.
    pub(super) fn fail(&self, heap: &Heap, raised: Raised) -> Option<Failure> {
        let error = heap.catch(raised, None);
        self.run_again.set(false);
        self.note_told();
        let fields = self.freeze_fields(heap).map_err(|raised| drop(heap.catch(raised, None)));
        let reports = self.freeze_reports(heap).map_err(|raised| drop(heap.catch(raised, None)));
        let object = self.with_run(|run| run.object.clone());
        let written = schedule_of(&object).and_then(|schedule| {
            self.border
                .written_schedule(heap, &schedule)
                .map_err(|raised| drop(heap.catch(raised, None)))
                .ok()
        });
        self.border.roll_back();
        self.give_turns_back();
        for child in self.with_run(|run| std::mem::take(&mut run.children)) {
            self.shared().store.release_walker(child.slot);
        }
        self.finish_text();
        let lines = self.with_run(|run| run.lines_to_say());
        let (slot, class) = self.with_run(|run| (run.slot, run.object.class().name.as_str().to_owned()));
        loop {
            let (time, newest) = self.shared().store.walker(slot)?;
            let mut record = WalkerRecord::clone(&newest);
            let attempt = self.ending(heap, &error, &mut record);
            if attempt.is_final {
                record.before_failure = Some(Arc::new(newest.step_start()));
                if let Ok(fields) = &fields {
                    record.shared = self.with_run(|run| run.shared.clone());
                    record.fields = fields.clone();
                }
                if let Ok(reports) = &reports {
                    record.reports = reports.clone();
                }
                if let Some(written) = &written {
                    record.custom = written.custom.clone();
                    record.progress = written.progress;
                    record.http_status = written.http_status.or(record.http_status);
                }
            }
            // Another attempt derives new ids, also one that somebody asks for later.
            let journals = self.with_run(|run| run.journals.dropped(slot, attempt.is_final));
            let mut set = ChangeSet { journals, ..ChangeSet::default() };
            set.output.clone_from(&lines);
            set.walkers.push(WalkerChange { slot, base: Base::At(time), record: Arc::new(record) });
            match self.shared().store.commit(set) {
                Committed::Committed(_) => {
                    let report = attempt.report;
                    return report.map(|report| Failure { class, report });
                }
                Committed::Lost(_) => {}
                Committed::Taken(_) => return None,
            }
        }
    }

    /// How an attempt ends: what of it goes into the record.
    fn ending(&self, heap: &Heap, error: &Ref<Instance>, record: &mut WalkerRecord) -> Attempt {
        let now = self.shared().tasks().now_us();
        let stop = self.stop_raised.get();
        let is_cancel = heap.is_error(error, ErrorKind::CancelledError);
        if stop == Some(Stop::Cancelled) && is_cancel || self.is_over.get() {
            record.status = Status::Cancelled;
            record.finished_us = Some(now);
            return Attempt { is_final: true, report: None };
        }
        let may_retry = record.attempts < record.dispatch.retries && stop != Some(Stop::TimedOut);
        let report = if stop == Some(Stop::TimedOut) {
            let seconds = record.dispatch.timeout_ms.unwrap_or(0) as f64 / 1000.0;
            let message = format!("the async walker took longer than {seconds} seconds");
            let late = heap.new_error(ErrorKind::TimeoutError, vec![Value::str(message)]);
            record.exception = freeze(heap, &self.border, &Value::Instance(late.clone())).unwrap_or_default();
            super::report::uncaught(heap, &late)
        } else {
            record.exception =
                freeze(heap, &self.border, &Value::Instance(error.clone())).unwrap_or_default();
            super::report::uncaught(heap, error)
        };
        if may_retry {
            let doubled = record.dispatch.backoff_ms.saturating_mul(1 << record.attempts.min(30));
            let longest = doubled.min(LONGEST_BACKOFF_MS);
            // Up to a quarter more or less, so that walkers that failed together do not come back together.
            let jitter = (self.shared().tasks().entropy() % 512) as i64 - 256;
            let wait = longest as i64 * (1024 + jitter) / 1024;
            record.attempts += 1;
            record.status = Status::Pending;
            record.due_us = now + wait.min(LONGEST_BACKOFF_MS as i64) * 1000;
            return Attempt { is_final: false, report: None };
        }
        record.status = Status::Failed;
        record.finished_us = Some(now);
        record.http_status = Some(500);
        let message = if report.message.is_empty() {
            report.exception_type.clone()
        } else {
            format!("{}: {}", report.exception_type, report.message)
        };
        record.error = Some(format!("{message}\n{}", traceback_text(&report)).into());
        Attempt { is_final: true, report: Some(report) }
    }

    /// A walker whose record could not even be thawed.
    pub(super) fn fail_unread(&self, heap: &Heap, slot: WalkerSlot, raised: Raised) -> Option<Failure> {
        if self.run.borrow().is_some() {
            return self.fail(heap, raised);
        }
        let error = heap.catch(raised, None);
        let (time, newest) = self.shared().store.walker(slot)?;
        let mut record = WalkerRecord::clone(&newest);
        let class = record.dispatch.class.to_string();
        let attempt = self.ending(heap, &error, &mut record);
        if attempt.is_final {
            record.before_failure = Some(Arc::new(newest.step_start()));
        }
        let mut set = ChangeSet::default();
        set.walkers.push(WalkerChange { slot, base: Base::At(time), record: Arc::new(record) });
        self.shared().store.commit(set);
        attempt.report.map(|report| Failure { class, report })
    }
}
