//! Where two values that should be equal differ, for people: which items, keys, fields or lines.
//!
//! It compares as the language does, so that what it names is what made `==` false. It knows nothing of
//! assertions, and nothing of how differences are shown.

use similar::{Algorithm, DiffOp, TextDiff, capture_diff_slices};

use crate::diagnostics::Difference;
use crate::value::{ClassKind, Dict, Heap, Instance, Outcome, Ref, Set, Value, ops};

/// Differences that are shown; of the others only the number is given.
const MOST: usize = 20;
/// Containers in containers that are looked into.
const DEEPEST: usize = 20;
/// Items of two sequences of different lengths that are aligned; longer ones are compared place by place.
const MOST_ALIGNED: usize = 5_000;
/// A text without line breaks is worth a pointer to its first difference from this length on.
const LONG_TEXT: usize = 40;
/// Characters around the first difference of two long texts.
const AROUND: usize = 12;
/// Equal lines around those that differ.
const CONTEXT: usize = 2;

/// The differences, and how many there are besides. Empty if the values themselves say it all. Raises
/// what a method of the program raises.
pub fn between(heap: &Heap, left: &Value, right: &Value) -> Outcome<(Vec<Difference>, usize)> {
    let mut search = Search { heap, found: Vec::new(), omitted: 0, depth: 0 };
    search.values("", left, right)?;
    if let [Difference::Changed { path, .. }] = &search.found[..]
        && path.is_empty()
    {
        return Ok((types_apart(heap, left, right)?, 0));
    }
    Ok((search.found, search.omitted))
}

/// Two values that look alike: their types, if those say what is wrong.
fn types_apart(heap: &Heap, left: &Value, right: &Value) -> Outcome<Vec<Difference>> {
    let (left_type, right_type) = (ops::types::type_name(left), ops::types::type_name(right));
    if ops::show::repr(heap, left)? != ops::show::repr(heap, right)? {
        return Ok(Vec::new());
    }
    let (left, right) = if left_type == right_type {
        ("is one object".to_owned(), "is another one that looks the same".to_owned())
    } else {
        (format!("has type {left_type}"), format!("has type {right_type}"))
    };
    Ok(vec![Difference::Changed { path: String::new(), left, right }])
}

struct Search<'h> {
    heap: &'h Heap,
    found: Vec<Difference>,
    omitted: usize,
    depth: usize,
}

impl Search<'_> {
    fn add(&mut self, difference: Difference) {
        if self.found.len() < MOST {
            self.found.push(difference);
        } else {
            self.omitted += 1;
        }
    }

    fn repr(&self, value: &Value) -> Outcome<String> {
        ops::show::repr(self.heap, value)
    }

    fn changed(&mut self, path: &str, left: &Value, right: &Value) -> Outcome<()> {
        let (left, right) = (self.repr(left)?, self.repr(right)?);
        self.add(Difference::Changed { path: path.to_owned(), left, right });
        Ok(())
    }

    fn only_left(&mut self, path: String, value: &Value) -> Outcome<()> {
        let value = self.repr(value)?;
        self.add(Difference::OnlyLeft { path, value });
        Ok(())
    }

    fn only_right(&mut self, path: String, value: &Value) -> Outcome<()> {
        let value = self.repr(value)?;
        self.add(Difference::OnlyRight { path, value });
        Ok(())
    }

    fn values(&mut self, path: &str, left: &Value, right: &Value) -> Outcome<()> {
        if ops::compare::same_or_equal(self.heap, left, right)? {
            return Ok(());
        }
        let before = self.found.len() + self.omitted;
        if self.depth < DEEPEST {
            self.depth += 1;
            let result = self.parts(path, left, right);
            self.depth -= 1;
            result?;
        }
        if self.found.len() + self.omitted == before {
            self.changed(path, left, right)?;
        }
        Ok(())
    }

    /// Looks into two values of the same kind; finds nothing in others.
    fn parts(&mut self, path: &str, left: &Value, right: &Value) -> Outcome<()> {
        match (left, right) {
            (Value::List(a), Value::List(b)) => self.sequences(path, &a.to_vec(), &b.to_vec()),
            (Value::Tuple(a), Value::Tuple(b)) => self.sequences(path, a.items(), b.items()),
            (Value::Dict(a), Value::Dict(b)) => self.dicts(path, a, b),
            (Value::Set(a), Value::Set(b)) => self.sets(path, a, b),
            (Value::Str(a), Value::Str(b)) => {
                self.texts(path, a.as_str(), b.as_str());
                Ok(())
            }
            (Value::Instance(a), Value::Instance(b)) if a.class().same(b.class()) => self.fields(path, a, b),
            _ => Ok(()),
        }
    }

    /// Items are aligned by their text, so that one that is missing does not make all behind it differ.
    fn sequences(&mut self, path: &str, left: &[Value], right: &[Value]) -> Outcome<()> {
        if left.len() == right.len() || left.len().max(right.len()) > MOST_ALIGNED {
            return self.pairs(path, left, 0, right, 0);
        }
        let texts = |items: &[Value]| items.iter().map(|item| self.repr(item)).collect::<Outcome<Vec<_>>>();
        let (left_texts, right_texts) = (texts(left)?, texts(right)?);
        for op in capture_diff_slices(Algorithm::Myers, &left_texts, &right_texts) {
            if let DiffOp::Equal { .. } = op {
                continue;
            }
            let (a, b) = (op.old_range(), op.new_range());
            let (from_a, from_b) = (a.start, b.start);
            let (Some(a), Some(b)) = (left.get(a), right.get(b)) else { continue };
            self.pairs(path, a, from_a, b, from_b)?;
        }
        Ok(())
    }

    /// Place by place; the longer one's rest is its own.
    fn pairs(
        &mut self,
        path: &str,
        left: &[Value],
        left_from: usize,
        right: &[Value],
        right_from: usize,
    ) -> Outcome<()> {
        for (index, (a, b)) in left.iter().zip(right).enumerate() {
            self.values(&format!("{path}[{}]", left_from + index), a, b)?;
        }
        for (index, value) in left.iter().enumerate().skip(right.len()) {
            self.only_left(format!("{path}[{}]", left_from + index), value)?;
        }
        for (index, value) in right.iter().enumerate().skip(left.len()) {
            self.only_right(format!("{path}[{}]", right_from + index), value)?;
        }
        Ok(())
    }

    fn dicts(&mut self, path: &str, left: &Ref<Dict>, right: &Ref<Dict>) -> Outcome<()> {
        for (key, value) in left.pairs() {
            let place = format!("{path}[{}]", self.repr(&key)?);
            match right.get(self.heap, &key)? {
                Some(other) => self.values(&place, &value, &other)?,
                None => self.only_left(place, &value)?,
            }
        }
        for (key, value) in right.pairs() {
            if left.get(self.heap, &key)?.is_none() {
                self.only_right(format!("{path}[{}]", self.repr(&key)?), &value)?;
            }
        }
        Ok(())
    }

    fn sets(&mut self, path: &str, left: &Ref<Set>, right: &Ref<Set>) -> Outcome<()> {
        for item in left.keys() {
            if !right.contains(self.heap, &item)? {
                self.only_left(path.to_owned(), &item)?;
            }
        }
        for item in right.keys() {
            if !left.contains(self.heap, &item)? {
                self.only_right(path.to_owned(), &item)?;
            }
        }
        Ok(())
    }

    /// The fields of two objects of one archetype.
    fn fields(&mut self, path: &str, left: &Ref<Instance>, right: &Ref<Instance>) -> Outcome<()> {
        let class = left.class().clone();
        if !matches!(class.kind, ClassKind::Obj | ClassKind::Node | ClassKind::Edge | ClassKind::Walker) {
            return Ok(());
        }
        let (left, right) = (Value::Instance(left.clone()), Value::Instance(right.clone()));
        for field in class.fields() {
            let read = |object: &Value| ops::attribute::get_optional(self.heap, object, field.name);
            let (Some(a), Some(b)) = (read(&left)?, read(&right)?) else { continue };
            self.values(&format!("{path}.{}", field.name), &a, &b)?;
        }
        Ok(())
    }

    fn texts(&mut self, path: &str, left: &str, right: &str) {
        if left.contains('\n') || right.contains('\n') {
            return self.lines(path, left, right);
        }
        if left.chars().count().max(right.chars().count()) < LONG_TEXT {
            return;
        }
        let at = left.chars().zip(right.chars()).take_while(|(a, b)| a == b).count();
        let from = at.saturating_sub(AROUND);
        let part = |text: &str| {
            let shown: String = text.chars().skip(from).take(2 * AROUND).collect();
            let (before, after) = (from > 0, text.chars().count() > from + 2 * AROUND);
            let dots = |is_cut: bool| if is_cut { "..." } else { "" };
            format!("'{}{shown}{}'", dots(before), dots(after))
        };
        let (left, right) = (part(left), part(right));
        self.add(Difference::Changed {
            path: format!("{path} from [{at}]").trim_start().to_owned(),
            left,
            right,
        });
    }

    fn lines(&mut self, path: &str, left: &str, right: &str) {
        let diff = TextDiff::from_lines(left, right);
        let mut is_first = true;
        for group in diff.grouped_ops(CONTEXT) {
            let gap = (!is_first).then(|| (' ', "...".to_owned()));
            is_first = false;
            let changes = group.iter().flat_map(|op| diff.iter_changes(op)).map(|change| {
                let sign = match change.tag() {
                    similar::ChangeTag::Equal => ' ',
                    similar::ChangeTag::Delete => '-',
                    similar::ChangeTag::Insert => '+',
                };
                let text = change.value();
                match text.strip_suffix('\n') {
                    Some(line) => (sign, line.to_owned()),
                    None if sign == ' ' => (sign, text.to_owned()),
                    None => (sign, format!("{text} (no line break)")),
                }
            });
            for (sign, text) in gap.into_iter().chain(changes) {
                self.add(Difference::Line { path: path.to_owned(), sign, text });
            }
        }
    }
}
