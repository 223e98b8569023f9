//! Words of links and of what the browser keeps.

use super::Language;
use crate::share::ShareError;

impl Language {
    pub(crate) fn share(self) -> &'static str {
        self.pick("Share", "分享")
    }

    pub(crate) fn share_means(self) -> &'static str {
        self.pick(
            "Manifests, settings, view and language are in the link itself, after the #, which browsers do not send to the server.",
            "清单、设置、视图和语言都保存在链接本身的 # 之后，浏览器不会将其发送给服务器。",
        )
    }

    pub(crate) fn share_link(self) -> &'static str {
        self.pick("Link", "链接")
    }

    pub(crate) fn copy_link(self) -> &'static str {
        self.pick("Copy the link", "复制链接")
    }

    pub(crate) fn link_length(self, characters: usize) -> String {
        self.pick(
            format!("{characters} characters"),
            format!("{characters} 个字符"),
        )
    }

    pub(crate) fn share_too_long(self, characters: u32) -> String {
        self.pick(
            format!("A link to this would have {characters} characters, more than mail programs and chats carry. Download the files and pass those on."),
            format!("此内容的链接将有 {characters} 个字符，超出邮件和聊天工具的承载能力。请下载文件后转发。"),
        )
    }

    pub(crate) fn nothing_to_share(self) -> &'static str {
        self.pick("There is nothing to share yet.", "还没有可分享的内容。")
    }

    pub(crate) fn share_error(self, error: &ShareError) -> String {
        match error {
            ShareError::Newer => self.pick(
                "A newer version of this page made the link. Reload the page, then open the link again.".to_owned(),
                "该链接由此页面的更新版本生成。请重新加载页面，然后再次打开链接。".to_owned(),
            ),
            ShareError::Damaged => self.pick(
                "The link is damaged: a part of it is missing or was changed. Ask for it again, or for the files.".to_owned(),
                "链接已损坏：部分内容缺失或被更改。请重新索取链接，或直接索取文件。".to_owned(),
            ),
            ShareError::TooLarge => self.pick(
                "It is more than a link may hold: 8 MB unpacked.".to_owned(),
                "内容超出链接的上限：解压后 8 MB。".to_owned(),
            ),
            ShareError::Browser(why) => self.pick(
                format!("The browser could not do it: {why}"),
                format!("浏览器无法完成操作：{why}"),
            ),
        }
    }

    pub(crate) fn kept(self) -> &'static str {
        self.pick(
            "Nothing leaves this browser, which keeps it for your next visit.",
            "任何内容都不会离开此浏览器，并会保留到您下次访问。",
        )
    }

    pub(crate) fn clear(self) -> &'static str {
        self.pick("Clear", "清除")
    }
}
