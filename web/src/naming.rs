//! Names of files.

/// This name, or the first like it with a number that is free: `shop.yaml` becomes `shop-2.yaml`.
pub fn free_name(name: &str, is_free: impl Fn(&str) -> bool) -> String {
    if is_free(name) {
        return name.to_owned();
    }
    // A folder may have a dot in its name, and a name may begin with one.
    let file = name.rfind('/').map_or(0, |slash| slash + 1);
    let dot = name[file..].rfind('.').filter(|dot| *dot > 0);
    let (stem, ending) = name.split_at(dot.map_or(name.len(), |dot| file + dot));
    let mut number = 1_u32;
    loop {
        number += 1;
        let name = format!("{stem}-{number}{ending}");
        if is_free(&name) {
            return name;
        }
    }
}
