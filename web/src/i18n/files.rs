//! Words of files: opening them and taking them away.

use super::{Language, count};
use crate::state::Notice;

impl Language {
    pub(crate) fn files(self) -> &'static str {
        self.pick("Files", "文件")
    }

    pub(crate) fn new_file(self) -> &'static str {
        self.pick("New", "新建")
    }

    pub(crate) fn open_files(self) -> &'static str {
        self.pick("Open files", "打开文件")
    }

    pub(crate) fn open_folder(self) -> &'static str {
        self.pick("Open folder", "打开文件夹")
    }

    pub(crate) fn close_file(self, name: &str) -> String {
        self.pick(format!("Close {name}"), format!("关闭 {name}"))
    }

    pub(crate) fn rename_file(self, name: &str) -> String {
        self.pick(format!("Rename {name}"), format!("重命名 {name}"))
    }

    pub(crate) fn rename_hint(self) -> &'static str {
        self.pick("Double-click renames", "双击可重命名")
    }

    pub(crate) fn drop_hint(self) -> &'static str {
        self.pick(
            "Drop files or folders to open them",
            "松开即可打开文件或文件夹",
        )
    }

    pub(crate) fn notice(self, notice: &Notice) -> String {
        match notice {
            Notice::Opened(opened, left_out) => self.opened(*opened, *left_out),
            Notice::MadeWith(version) => self.pick(
                format!("From a link made with mesh-ready {version}."),
                format!("来自由 mesh-ready {version} 生成的链接。"),
            ),
            Notice::BadLink(error) => self.share_error(error),
            Notice::BadSettings(mistakes) => {
                let why = mistakes.join(self.clause());
                self.pick(
                    format!("The settings of this example are not valid, so the defaults hold: {why}"),
                    format!("此示例的设置无效，因此使用默认值：{why}"),
                )
            }
            Notice::Replaced(_) => self.pick(
                "What was on the page has been replaced.".to_owned(),
                "页面上原有的内容已被替换。".to_owned(),
            ),
            Notice::PartMissing => {
                format!("{}{}{}", self.part_failed(), self.pick(". ", "。"), self.part_failed_means())
            }
            Notice::NotKept => self.pick(
                "This is more than the browser keeps: it will not be here after a reload. Download what you need.".to_owned(),
                "内容超出浏览器可保留的大小：重新加载后将不再存在。请下载所需内容。".to_owned(),
            ),
        }
    }

    fn opened(self, opened: usize, left_out: usize) -> String {
        let en = format!("{} opened", count(opened, "file", "files"));
        let zh_cn = format!("已打开 {opened} 个文件");
        if left_out == 0 {
            return self.pick(en, zh_cn);
        }
        self.pick(
            format!("{en}, {left_out} left out: only YAML and JSON files up to 16 MB are read, at most 200 and 32 MB together"),
            format!("{zh_cn}，忽略 {left_out} 个：仅读取不超过 16 MB 的 YAML 和 JSON 文件，最多 200 个，合计不超过 32 MB"),
        )
    }

    pub(crate) fn bring_back(self) -> &'static str {
        self.pick("Bring it back", "恢复")
    }

    pub(crate) fn update_ready(self) -> &'static str {
        self.pick(
            "A newer version of this page is ready.",
            "此页面的新版本已就绪。",
        )
    }

    pub(crate) fn update_take(self) -> &'static str {
        self.pick("Reload", "重新加载")
    }

    // What can be taken away.

    pub(crate) fn export(self) -> &'static str {
        self.pick("Download", "下载")
    }

    pub(crate) fn fixed_manifests(self, fixes: usize) -> String {
        self.pick(
            format!("Manifests with {}", count(fixes, "safe fix", "safe fixes")),
            format!("已应用 {fixes} 项安全修复的清单"),
        )
    }

    pub(crate) fn report(self) -> &'static str {
        self.pick("Report", "报告")
    }

    pub(crate) fn copy_for_issue(self) -> &'static str {
        self.pick("Copy for an issue", "复制到 issue")
    }

    /// What a form of the report is for.
    pub(crate) fn form_means(self, form: &str) -> &'static str {
        match form {
            "json" => self.pick("for scripts", "供脚本使用"),
            "sarif" => self.pick("for code hosts and editors", "供代码托管平台和编辑器使用"),
            _ => self.pick("for people", "供人阅读"),
        }
    }
}
