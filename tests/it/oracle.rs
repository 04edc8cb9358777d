//! Expressions against the results that CPython 3.12 gave for them (`tests/oracle/expressions.tsv`, made
//! by the script beside it). `differences.txt` lists the expressions on which we are known to differ;
//! one that has come to agree must leave the list.

use std::collections::HashMap;
use std::fmt::Write;

use super::program::{ambler, root};

#[test]
fn expressions_give_what_cpython_gives() {
    let table =
        std::fs::read_to_string(root().join("tests/oracle/expressions.tsv")).expect("the table is there");
    let rows: Vec<(&str, &str)> = table.lines().filter_map(|line| line.split_once('\t')).collect();
    assert!(rows.len() > 3000, "the table has {} rows", rows.len());
    let known =
        std::fs::read_to_string(root().join("tests/oracle/differences.txt")).expect("the list is there");
    let known: Vec<&str> = known.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();

    let mut program = String::new();
    let mut calls = String::new();
    for (number, (expression, _)) in rows.iter().enumerate() {
        let _ = writeln!(
            program,
            "def t{number} {{ try {{ print('{number}', repr({expression})); }} except Exception as e {{ \
             print('{number}', '!' + type(e).__name__ + (': ' if str(e) else '') + str(e)); }} }}"
        );
        let _ = write!(calls, "t{number}();");
    }
    let _ = writeln!(program, "with entry {{ {calls} }}");
    let file = std::env::temp_dir().join(format!("ambler-oracle-{}.jac", std::process::id()));
    std::fs::write(&file, program).expect("a temporary file can be written");
    let out = ambler(&["run", &file.to_string_lossy()]);
    let _ = std::fs::remove_file(&file);
    let text = String::from_utf8_lossy(&out.stdout);
    let got: HashMap<&str, &str> = text.lines().filter_map(|line| line.split_once(' ')).collect();

    let mut wrong = String::new();
    for (number, (expression, expected)) in rows.iter().enumerate() {
        let result = got.get(number.to_string().as_str()).copied().unwrap_or("<nothing>");
        let agrees = result == *expected;
        if agrees == known.contains(expression) {
            let _ = writeln!(wrong, "{expression}\n  expected {expected}\n  got      {result}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}{}", String::from_utf8_lossy(&out.stderr));
}
