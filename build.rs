//! Generates the parser from `grammar/jac.lalrpop` before the crate is compiled.
//!
//! It knows nothing of the language; `src/syntax` includes what comes out of it.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=grammar/jac.lalrpop");
    lalrpop::Configuration::new().set_in_dir("grammar").set_out_dir(std::env::var("OUT_DIR")?).process()
}
